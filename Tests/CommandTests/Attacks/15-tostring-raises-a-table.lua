-- expect: exit 1
-- stderr: (error object is a table value)
error(setmetatable({}, { __tostring = function() error({}) end }))
