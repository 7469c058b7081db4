-- expect: exit 0
-- stdout: false\tattempt to yield across a C-call boundary
local co = coroutine.create(function()
  table.sort({ 3, 1, 2 }, function(a, b) coroutine.yield() return a < b end)
end)
print(coroutine.resume(co))
