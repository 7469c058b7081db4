local sso = require "sso"
sso.client {}
