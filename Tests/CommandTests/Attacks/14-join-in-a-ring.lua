-- expect: exit 7
-- args: --timeout 0.5
-- stderr: time limit
local sso = require "sso"
local a, b
a = sso.task.spawn(function() sso.time.sleep(0.01) b:join() end)
b = sso.task.spawn(function() sso.time.sleep(0.01) a:join() end)
a:join()
