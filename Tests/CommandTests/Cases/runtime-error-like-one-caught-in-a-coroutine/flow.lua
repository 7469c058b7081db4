local sso = require "sso"
pcall(coroutine.wrap(function() error("cancelled", 0) end))
sso.time.sleep(0)
error("upload: cancelled")
