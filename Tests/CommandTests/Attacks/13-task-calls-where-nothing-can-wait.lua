-- expect: exit 1
-- stderr: cannot wait inside
local sso = require "sso"
string.gsub("x", "x", function() sso.task.all { function() end } end)
