-- expect: exit 1
-- stderr: table contains itself at scopes[2].x
local sso = require "sso"
local t = { scopes = { "a", {} } }
t.scopes[2].x = t
sso.json.encode(t)
