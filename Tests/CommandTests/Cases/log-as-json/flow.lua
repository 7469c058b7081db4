local sso = require "sso"
sso.log.debug("a %d", 1)
sso.log.error("b")
