-- expect: exit 1
-- stderr: cannot wait for itself
local sso = require "sso"
local a
a = sso.task.spawn(function() sso.time.sleep(0.01) a:join() end)
a:join()
