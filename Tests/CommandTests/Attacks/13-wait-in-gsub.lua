-- expect: exit 1
-- stderr: cannot wait inside a sort comparator, a gsub callback
local sso = require "sso"
string.gsub("abc", "%w", function() sso.time.sleep(0) end)
