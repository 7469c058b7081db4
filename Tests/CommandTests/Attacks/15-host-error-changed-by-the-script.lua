-- expect: exit 1
-- stderr: error
local sso = require "sso"
local _, e = pcall(sso.json.decode, "{")
e.message = nil
e.kind = {}
e.code = 5
error(e)
