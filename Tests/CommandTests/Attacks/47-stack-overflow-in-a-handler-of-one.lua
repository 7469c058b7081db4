-- expect: exit 7
-- stderr: stack overflow
local function loop() assert(pcall(loop)) end
local ok, err = xpcall(loop, loop)
local function g() return 1 + g() end
xpcall(g, g)
print("ESCAPED")
