-- expect: exit 1
-- stderr: too many parts
local sso = require "sso"
local text = "[" .. ("0,"):rep(1100000) .. "0]"
sso.json.decode(text)
