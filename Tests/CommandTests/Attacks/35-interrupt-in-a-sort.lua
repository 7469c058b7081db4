-- expect: exit 130
-- signal: INT
-- stdout: closed
local x <close> = setmetatable({}, { __close = function() print("closed") end })
print("ready")
table.sort({ 3, 2, 1 }, function() while true do end end)
