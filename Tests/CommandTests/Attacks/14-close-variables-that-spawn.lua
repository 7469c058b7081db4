-- expect: exit 1
-- stderr: over
local sso = require "sso"
local x <close> = setmetatable({}, { __close = function()
  for i = 1, 100 do sso.task.spawn(function() sso.time.sleep(0) print("ESCAPED") end) end
end })
error("over")
