-- expect: exit 0
-- stdout: ok
local function handler(m) return m .. {} end
local ok, e = xpcall(error, handler, {})
assert(not ok)
print("ok")
