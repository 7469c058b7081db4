-- expect: exit 7
-- args: --memory-limit 8MB
-- stderr: memory limit
local t = {}
while true do t[#t + 1] = ("x"):gmatch("(.)") end
