-- expect: exit 1
-- stderr: '__tostring' must return a string
error(setmetatable({}, { __tostring = function() return {} end }))
