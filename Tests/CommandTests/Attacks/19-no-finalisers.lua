-- expect: exit 0
-- stdout: ok
local function f() while true do end end
assert(not pcall(setmetatable, {}, { __gc = f }))
assert(not pcall(setmetatable, {}, { __gc = true }))
assert(not pcall(setmetatable, {}, { __gc = false }))
local mt = {}
setmetatable({}, mt)
mt.__gc = function() print("ESCAPED") while true do end end
local keep = {}
for i = 1, 200000 do keep[i % 100] = { i } end
local mt2 = setmetatable({}, { __index = { __gc = f } })
setmetatable({}, mt2)
for i = 1, 200000 do keep[i % 100] = { i } end
print("ok")
