-- expect: exit 0
-- stdout: ok
local sso = require "sso"
for _, n in ipairs { 0.1, 1/3, 1e308, 5e-324, 2^53, 123456789.123456789, -0.0, 1e15, 1e16, 1e21, 1e22 } do
  assert(sso.json.decode(sso.json.encode(n)) == n, n)
end
print("ok")
