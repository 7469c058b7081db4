-- expect: exit 1
-- stderr: shown
-- What the host functions inside were given is not the error.
local sso = require "sso"
local _, e = pcall(io.open, "/etc/passwd")
error(setmetatable({}, { __tostring = function() pcall(sso.json.encode, e) return "shown" end }))
