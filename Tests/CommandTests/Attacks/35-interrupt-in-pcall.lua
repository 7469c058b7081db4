-- expect: exit 143
-- signal: TERM
-- stdout: closed
local x <close> = setmetatable({}, { __close = function() print("closed") end })
print("ready")
while true do pcall(function() while true do end end) end
