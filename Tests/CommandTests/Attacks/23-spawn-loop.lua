-- expect: exit 7
-- args: --timeout 0.5 --memory-limit 32MB
-- stderr: limit
local sso = require "sso"
local function again() sso.task.spawn(again) sso.task.spawn(again) end
again()
