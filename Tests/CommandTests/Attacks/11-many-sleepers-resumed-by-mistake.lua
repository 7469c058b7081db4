-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local all = {}
for i = 1, 500 do
  sso.task.spawn(function()
    all[i] = coroutine.running()
    sso.time.sleep(0.05)
    all[i] = i
  end)
end
sso.time.sleep(0.01)
for i = 1, 500 do
  assert(not coroutine.resume(all[i]))
  assert(not coroutine.resume(all[i]))
end
sso.time.sleep(0.1)
for i = 1, 500 do assert(all[i] == i) end
print("ok")
