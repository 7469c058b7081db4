-- expect: exit 0
-- stdout: ok
local proxy = setmetatable({}, { __index = function(_, k) if k == "__gc" then return print end end })
setmetatable({}, setmetatable({}, { __index = proxy }))
assert(not pcall(setmetatable, {}, { __gc = 1 }))
assert(not pcall(setmetatable, 1, {}))
assert(not pcall(setmetatable, "", {}))
assert(not pcall(setmetatable, nil, {}))
assert(not pcall(setmetatable, {}, 1))
assert(not pcall(setmetatable, {}))
assert(not pcall(setmetatable, setmetatable({}, { __metatable = 1 }), {}))
print("ok")
