-- expect: exit 7
-- args: --instruction-limit 1000000
-- stderr: instruction limit
string.format("%s", setmetatable({}, { __tostring = function() while true do end end }))
