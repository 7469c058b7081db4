-- expect: exit 1
-- stderr: too large
-- A million references to one string of 30 MB: a copy of each would be 30 TB.
local sso = require "sso"
local s = ("x"):rep(30000000)
local t = {}
for i = 1, 1000000 do t[i] = s end
sso.json.encode(t)
