-- expect: exit 1
-- stderr: too many stores in one another
local sso = require "sso"
local store = sso.cache.memory()
for _ = 1, 400000 do store = sso.cache.layered(store) end
print("made")
