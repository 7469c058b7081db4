-- expect: exit 0
-- stdout: ok
local function h(m) return h(m) + 1 end
local ok = xpcall(error, function(m) error(m) end, "x")
assert(not ok)
local ok2 = xpcall(error, function(m) return xpcall(error, function(n) error(n) end, m) end, "x")
assert(not ok2)
print("ok")
