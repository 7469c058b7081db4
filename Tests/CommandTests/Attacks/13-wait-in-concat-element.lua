-- expect: exit 1
-- stderr: cannot wait inside
local sso = require "sso"
local t = setmetatable({}, { __index = function() sso.time.sleep(0) return "x" end, __len = function() return 3 end })
print(table.concat(t))
