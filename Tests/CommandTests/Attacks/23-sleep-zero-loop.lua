-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local sso = require "sso"
while true do pcall(sso.time.sleep, 0) end
