-- expect: exit 0
-- stdout: nil\tvalidation\nfalse
local safe = require "sso.safe"
local v, e = safe.json.decode("{")
print(v, e.kind)
print((pcall(safe.json.decode, {})))
