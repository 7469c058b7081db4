-- expect: exit 1
-- stderr: cannot wait inside a sort comparator
local sso = require "sso"
table.sort({ 3, 1, 2 }, function(a, b) sso.time.sleep(0) return a < b end)
