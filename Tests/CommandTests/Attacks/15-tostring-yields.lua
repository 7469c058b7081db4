-- expect: exit 1
-- stderr: yield
error(setmetatable({}, { __tostring = function() coroutine.yield() return "x" end }))
