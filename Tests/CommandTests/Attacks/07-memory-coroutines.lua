-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local t = {}
for i = 1, 1e6 do
  local co = coroutine.create(function() coroutine.yield(i) end)
  coroutine.resume(co)
  t[i] = co
end
print("ESCAPED")
