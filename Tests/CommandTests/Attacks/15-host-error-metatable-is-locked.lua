-- expect: exit 0
-- stdout: sso.error\nfalse
local sso = require "sso"
local _, e = pcall(sso.json.decode, "{")
print(getmetatable(e))
print(pcall(setmetatable, e, nil) == true)
