-- expect: exit 0
-- stdout: ok
local null = require("sso").null
assert(tostring(null) == "null" and type(null) == "userdata")
assert(not pcall(function() return null.x end) and not pcall(function() null.x = 1 end) and not pcall(function() return null() end))
local co = coroutine.create(function() coroutine.yield(null) return null end)
local ok, v = coroutine.resume(co)
assert(ok and v == null and coroutine.status(co) == "suspended")
for v in coroutine.wrap(function() coroutine.yield(null) end) do assert(v == null) end
print("ok")
