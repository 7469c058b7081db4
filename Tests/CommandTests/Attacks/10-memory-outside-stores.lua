-- expect: exit 1
-- stderr: would be more than 67108864 bytes
local sso = require "sso"
local store, value = sso.cache.memory(), ("v"):rep(10000000)
for i = 1, 150 do store:put("k" .. i, value) end
