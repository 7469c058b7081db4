-- expect: exit 7
-- args: --memory-limit 16MB --timeout 0.5
-- stderr: limit
local function f(...) return f(..., ...) end
local function g(...) return g(0, ...) end
pcall(g)
f(1)
while true do g(1) end
