-- expect: exit 7
-- args: --timeout 0.5
-- stderr: time limit
local t = {}
for i = 1, 20 do t[i] = ("x"):rep(1000000) .. i end
while true do table.sort(t) for i = 1, 20 do t[i] = t[21 - i] end end
