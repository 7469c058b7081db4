-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local t = { region = "us-east-1" }
local mt = { __index = function(_, k) t[k] = nil t.evil = 1 end }
setmetatable(t, mt)
assert(pcall(sso.client, t))
print("ok")
