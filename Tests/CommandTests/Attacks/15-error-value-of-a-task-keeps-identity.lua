-- expect: exit 0
-- stdout: true\t7
local sso = require "sso"
local e = setmetatable({ code = 7 }, { __index = function() error("touched") end })
local task = sso.task.spawn(function() error(e) end)
local ok, got = pcall(task.join, task)
print(got == e, got.code)
