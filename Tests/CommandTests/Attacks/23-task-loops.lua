-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local sso = require "sso"
sso.task.spawn(function() while true do pcall(function() while true do end end) end end)
while true do pcall(sso.time.sleep, 0.01) end
