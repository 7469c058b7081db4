-- expect: exit 7
-- stderr: stack overflow
local function f() local ok = pcall(f) ; xpcall(f, f) ; f() end
xpcall(f, f)
f()
