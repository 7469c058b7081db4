-- expect: exit 7
-- stderr: stack overflow
local function h(m) return h(m) + 1 end
print(xpcall(error, h, "x"))
