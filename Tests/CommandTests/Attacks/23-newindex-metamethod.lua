-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local t = setmetatable({}, { __newindex = function() while true do end end })
t.x = 1
