-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local t = {}
while true do t = { t } end
