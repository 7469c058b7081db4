-- expect: exit 1
-- stderr: too large
local sso = require "sso"
local text = "[" .. ("0,"):rep(1100000) .. "0]"
sso.json.decode(text)
