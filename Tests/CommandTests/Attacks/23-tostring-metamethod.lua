-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
print(setmetatable({}, { __tostring = function() while true do end end }))
