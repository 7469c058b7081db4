-- expect: exit 0
-- stdout: false\tok
local sso = require "sso"
local f = coroutine.wrap(function() sso.time.sleep(0.05) return "ok" end)
local ok
sso.task.spawn(function() ok = pcall(f) end)
local answer = f()
print(ok, answer)
