local sso = require "sso"
local ok, err = sso.notify.command { argv = { "true" } }
print(ok, err.kind)
