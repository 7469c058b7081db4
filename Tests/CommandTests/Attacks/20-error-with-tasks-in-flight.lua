-- expect: exit 1
-- stderr: over
local sso = require "sso"
for i = 1, 100 do sso.task.spawn(function() local x <close> = setmetatable({}, { __close = function() end }) sso.time.sleep(1000) end) end
sso.time.sleep(0.01)
error("over")
