-- expect: exit 1
-- stderr: the tasks wait for each other
local sso = require "sso"
local a, b
a = sso.task.spawn(function() sso.time.sleep(0.01) b:join() end)
b = sso.task.spawn(function() sso.time.sleep(0.01) a:join() end)
a:join()
