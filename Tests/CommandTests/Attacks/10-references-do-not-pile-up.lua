-- expect: exit 0
-- args: --memory-limit 2MB
-- stdout: ok
local sso = require "sso"
for i = 1, 40000 do pcall(sso.json.encode, function() return i end) end
print("ok")
