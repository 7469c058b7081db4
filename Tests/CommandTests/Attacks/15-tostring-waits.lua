-- expect: exit 1
-- stderr: cannot wait
local sso = require "sso"
error(setmetatable({}, { __tostring = function() sso.time.sleep(1) return "x" end }))
