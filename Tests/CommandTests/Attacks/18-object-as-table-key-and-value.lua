-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local t = setmetatable({}, { __mode = "k" })
for i = 1, 2000 do t[sso.client { region = "us-east-1" }] = i end
local ok = pcall(sso.json.encode, { [io.stdout] = 1 })
assert(not ok)
assert(not pcall(sso.json.encode, { io.stdout }))
print("ok")
