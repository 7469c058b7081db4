-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
table.insert(setmetatable({}, { __len = function() while true do end end }), 1)
