-- expect: exit 0
-- stdout: ok
local t = {}
setmetatable(t, { __index = t })
assert(not pcall(function() return t.x end))
local a, b = {}, {}
setmetatable(a, { __index = b, __newindex = b })
setmetatable(b, { __index = a, __newindex = a })
assert(not pcall(function() return a.x end))
assert(not pcall(function() a.x = 1 end))
print("ok")
