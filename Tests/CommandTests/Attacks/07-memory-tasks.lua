-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local sso = require "sso"
for _ = 1, 1e6 do sso.task.spawn(function() sso.time.sleep(1000) end) end
print("ESCAPED")
