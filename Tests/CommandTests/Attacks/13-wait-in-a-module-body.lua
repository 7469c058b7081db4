-- expect: exit 0
-- file: helper.lua local sso = require "sso" sso.time.sleep(0.01) return { answer = 42 }
-- stdout: 42
print(coroutine.wrap(function() return require("helper").answer end)())
