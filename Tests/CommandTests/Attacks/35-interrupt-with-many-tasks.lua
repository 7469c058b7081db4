-- expect: exit 143
-- signal: TERM
local sso = require "sso"
for i = 1, 1000 do sso.task.spawn(function() while true do pcall(sso.time.sleep, 1000) end end) end
sso.time.sleep(0.01)
print("ready")
sso.time.sleep(1000)
