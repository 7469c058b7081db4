-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local t = setmetatable({}, { __index = function() while true do end end })
table.move(t, 1, 100, 1, {})
