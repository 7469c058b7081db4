-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local s = "x"
while true do s = s .. s end
