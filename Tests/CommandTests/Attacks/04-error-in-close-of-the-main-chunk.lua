-- expect: exit 1
-- stderr: early
local x <close> = setmetatable({}, { __close = function() error("late") end })
error("early")
