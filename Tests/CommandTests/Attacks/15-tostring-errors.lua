-- expect: exit 1
-- stderr: worse
error(setmetatable({}, { __tostring = function() error("worse") end }))
