-- expect: exit 1
-- stderr: cannot wait inside
local sso = require "sso"
print(setmetatable({}, { __tostring = function() sso.time.sleep(0) return "x" end }))
