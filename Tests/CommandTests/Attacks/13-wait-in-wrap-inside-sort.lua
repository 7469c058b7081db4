-- expect: exit 1
-- stderr: cannot wait inside
local sso = require "sso"
table.sort({ 3, 1, 2 }, function(a, b)
  return coroutine.wrap(function() sso.time.sleep(0) return a < b end)()
end)
