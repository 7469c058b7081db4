-- expect: exit 1
-- stderr: flow.lua:5: inside
local sso = require "sso"
sso.task.spawn(function()
  error("inside")
end):join()
