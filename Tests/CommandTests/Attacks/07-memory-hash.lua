-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local t = {}
for i = 1, math.huge do t["k" .. i] = i end
