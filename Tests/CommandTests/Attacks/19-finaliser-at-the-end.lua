-- expect: exit 0
-- stdout: ok
local mt = {}
x = setmetatable({}, mt)
mt.__gc = function() while true do end end
print("ok")
