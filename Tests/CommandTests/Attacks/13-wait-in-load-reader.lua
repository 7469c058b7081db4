-- expect: exit 1
-- stderr: cannot wait inside
local sso = require "sso"
assert(load(function() sso.time.sleep(0) return nil end))
