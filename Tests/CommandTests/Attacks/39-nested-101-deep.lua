-- expect: exit 1
-- stderr: nested more than 100 deep
local sso = require "sso"
local t = {}
for _ = 1, 101 do t = { t } end
sso.json.encode(t)
