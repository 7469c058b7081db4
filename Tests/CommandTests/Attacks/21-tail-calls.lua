-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local function f() return f() end
f()
