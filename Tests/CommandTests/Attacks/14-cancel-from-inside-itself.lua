-- expect: exit 0
-- stdout: false\tdone
local sso = require "sso"
local task
task = sso.task.spawn(function()
  sso.time.sleep(0)
  task:cancel()
  local ok = pcall(sso.time.sleep, 1)
  print(ok, "done")
end)
pcall(task.join, task)
