-- expect: exit 0
-- stdout: 1 2 3
local sso = require "sso"
local sleep = sso.time.sleep
local function numbers()
  for i = 1, 3 do
    local ok = pcall(function() xpcall(sleep, print, 0.001) end)
    assert(ok)
    coroutine.yield(i)
  end
end
local found = {}
for i in coroutine.wrap(function() for v in coroutine.wrap(numbers) do sleep(0) coroutine.yield(v) end end) do
  found[#found + 1] = i
end
print(table.concat(found, " "))
