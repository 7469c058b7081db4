local sso = require "sso"
sso.time.sleep(1)
