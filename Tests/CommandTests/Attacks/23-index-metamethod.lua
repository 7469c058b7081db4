-- expect: exit 7
-- args: --timeout 0.3
-- stderr: stack overflow
local t = setmetatable({}, { __index = function(t, k) while true do pcall(function() return t[k] end) end end })
local _ = t.x
