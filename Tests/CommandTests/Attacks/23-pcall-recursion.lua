-- expect: exit 7
-- args: --timeout 0.3
-- stderr: stack overflow
local function f() pcall(f) return f() end
while true do pcall(f) end
