-- expect: exit 1
-- stderr: cannot wait inside a sort comparator, a gsub callback, a load reader, a __tostring
local sso = require "sso"
print(setmetatable({}, { __tostring = function() sso.time.sleep(0) return "x" end }))
