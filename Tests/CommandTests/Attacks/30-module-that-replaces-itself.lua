-- expect: exit 0
-- file: m.lua local ok, e = pcall(require, "m") assert(not ok) return setmetatable({}, { __metatable = false })
-- stdout: ok
local a = require "m"
assert(a == require "m")
print("ok")
