-- expect: exit 130
-- signal: INT TERM
local x <close> = setmetatable({}, { __close = function() while true do pcall(function() while true do end end) end end })
print("ready")
while true do end
