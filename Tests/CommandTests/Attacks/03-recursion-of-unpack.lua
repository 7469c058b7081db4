-- expect: exit 1
-- stderr: too many results to unpack
local t = {}
for i = 1, 240 do t[i] = i end
local function f(...) return select("#", f(table.unpack(t))) end
f()
