-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local sso = require "sso"
pcall(sso.task.timeout, 100, function() while true do pcall(sso.time.sleep, 0.001) end end)
print("ESCAPED")
