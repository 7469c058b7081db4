-- expect: exit 7
-- args: --instruction-limit 1000000
-- stderr: instruction limit
error(setmetatable({}, { __tostring = function() while true do pcall(function() while true do end end) end end }))
