-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local t = setmetatable({}, { __concat = function() while true do end end })
local _ = "a" .. "b" .. t .. "c"
