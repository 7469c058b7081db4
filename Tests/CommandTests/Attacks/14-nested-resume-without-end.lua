-- expect: exit 1
-- stderr: C stack overflow
local function f() return coroutine.wrap(f)() end
f()
