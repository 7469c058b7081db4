-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
string.gsub("abc", "%w", setmetatable({}, { __index = function() while true do end end }))
