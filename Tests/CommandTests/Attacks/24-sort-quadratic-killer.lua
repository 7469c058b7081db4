-- expect: exit 7
-- args: --instruction-limit 3000000
-- stderr: instruction limit
local t = {}
for i = 1, 200000 do t[i] = i end
while true do table.sort(t, function(a, b) return a < b end) end
