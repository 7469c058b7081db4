-- expect: exit 0
-- args: --memory-limit 16MB
-- stdout: ok
local sso = require "sso"
for round = 1, 50 do
  for i = 1, 200 do sso.task.spawn(function() local s = ("x"):rep(1000) .. i end) end
  sso.time.sleep(0)
end
print("ok")
