-- expect: exit 7
-- args: --timeout 0.5
-- stderr: time limit
local t = {}
for i = 1, 200000 do t[i] = i end
local function f(...) for i = 1, select("#", ...) do local _ = select(i, ...) end end
while true do f(table.unpack(t)) end
