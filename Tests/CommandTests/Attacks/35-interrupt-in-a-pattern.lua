-- expect: exit 130
-- signal: INT
-- stdout: closed
local x <close> = setmetatable({}, { __close = function() print("closed") end })
print("ready")
string.find(("a"):rep(60), ("a*"):rep(60) .. "b")
