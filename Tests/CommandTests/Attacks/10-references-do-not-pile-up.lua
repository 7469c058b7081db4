-- expect: exit 0
-- args: --memory-limit 1MB
-- stdout: ok
local sso = require "sso"
for i = 1, 20000 do pcall(sso.json.encode, function() return i end) end
print("ok")
