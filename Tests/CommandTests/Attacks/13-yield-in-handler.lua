-- expect: exit 0
-- stdout: ok
local co = coroutine.create(function()
  return xpcall(error, function(m) coroutine.yield(1) return "handled" end, "x")
end)
local ok, inner = coroutine.resume(co)
assert(ok and inner == false)
print("ok")
