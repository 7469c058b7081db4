-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local t = {}
for _ = 1, 60 do t = { t, x = nil } end
assert(#sso.json.encode(t) > 100)
local deep = {}
for _ = 1, 99 do deep = { deep } end
pcall(sso.json.encode, deep)
pcall(sso.task.all, deep)
pcall(sso.client, deep)
print("ok")
