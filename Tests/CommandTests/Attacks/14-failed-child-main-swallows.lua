-- expect: exit 1
-- args: --timeout 20
-- stderr: broken
local sso = require "sso"
sso.task.spawn(function() sso.time.sleep(0.01) error("broken") end)
while true do pcall(sso.time.sleep, 1) end
