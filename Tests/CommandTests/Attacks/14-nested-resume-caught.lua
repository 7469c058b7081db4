-- expect: exit 0
-- stdout: ok
local depth = 0
local function f() depth = depth + 1; pcall(function() coroutine.wrap(f)() end) end
f()
assert(depth < 250)
print("ok")
