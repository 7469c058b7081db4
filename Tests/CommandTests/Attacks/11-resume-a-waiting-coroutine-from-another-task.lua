-- expect: exit 0
-- stdout: false\tcannot resume a coroutine that waits for the host\nnormal\nanswer
local sso = require "sso"
local co = coroutine.create(function() sso.time.sleep(0.05) return "answer" end)
sso.task.spawn(function() print(coroutine.resume(co)) print(coroutine.status(co)) end)
print(select(2, coroutine.resume(co)))
