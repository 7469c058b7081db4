-- expect: exit 130
-- signal: INT TERM
local x <close> = setmetatable({}, { __close = function() while true do end end })
print("ready")
table.sort({ 3, 2, 1 }, function() while true do end end)
