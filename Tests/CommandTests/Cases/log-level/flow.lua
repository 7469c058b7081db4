local sso = require "sso"
sso.log.info("hidden")
sso.log.error("shown")
