-- expect: exit 0
-- stdout: normal\nfalse\tcannot resume a coroutine that waits for the host\nfalse\tcannot close a normal coroutine\ndone
local sso = require "sso"
local main = coroutine.running()
sso.task.spawn(function()
  print(coroutine.status(main))
  print(coroutine.resume(main))
  print(pcall(coroutine.close, main))
end)
sso.time.sleep(0.05)
print("done")
