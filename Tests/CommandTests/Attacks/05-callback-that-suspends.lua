-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local ok = sso.task.all { function() sso.time.sleep(0.01) return 1 end, function() sso.time.sleep(0) return 2 end }
assert(ok[1] == 1 and ok[2] == 2)
print("ok")
