local sso = require "sso"
local function another() sso.task.timeout(600, another) end
another()
