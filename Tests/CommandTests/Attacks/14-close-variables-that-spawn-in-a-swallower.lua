-- expect: exit 0
-- args: --timeout 20
-- stdout: done
local sso = require "sso"
local task = sso.task.spawn(function()
  local x <close> = setmetatable({}, { __close = function() sso.task.spawn(function() sso.time.sleep(0) end) end })
  while true do pcall(sso.time.sleep, 1) end
end)
sso.time.sleep(0.01)
task:cancel()
pcall(task.join, task)
print("done")
