-- expect: exit 1
-- stderr: value too large
local sso = require "sso"
local t = {}
for i = 1, 1100000 do t[i] = i end
sso.json.encode(t)
