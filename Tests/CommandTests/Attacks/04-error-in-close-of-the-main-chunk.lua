-- expect: exit 1
-- stderr: late
local x <close> = setmetatable({}, { __close = function() error("late") end })
error("early")
