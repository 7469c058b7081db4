-- expect: exit 1
-- stderr: too large
-- 2^60 leaves from 60 small tables.
local sso = require "sso"
local t = { 1 }
for _ = 1, 60 do t = { t, t } end
sso.json.encode(t)
