-- expect: exit 7
-- args: --memory-limit 64MB
-- stderr: stack overflow
local function f(n) return 1 + f(n + 1) end
f(0)
