-- expect: exit 7
-- args: --memory-limit 32MB
-- stderr: memory limit
local t = {}
for i = 1, 100 do t[i] = ("x"):rep(1000000) end
print(#table.concat(t))
