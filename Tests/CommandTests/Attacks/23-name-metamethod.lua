-- expect: exit 0
-- stdout: ok
local t = setmetatable({}, { __name = setmetatable({}, { __tostring = function() while true do end end }) })
tostring(t)
pcall(string.rep, t)
pcall(error, t)
print("ok")
