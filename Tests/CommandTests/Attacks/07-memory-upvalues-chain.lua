-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local f = function() end
while true do local g = f; f = function() return g end end
