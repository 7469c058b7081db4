-- expect: exit 0
-- stdout: ok
local sso = require "sso"
for _, s in ipairs { ("["):rep(100000), ("["):rep(65) .. ("]"):rep(65), ("{\"a\":"):rep(100000), "[" .. (" "):rep(1000000), "\"" .. ("\\u0000"):rep(100000), "1" .. ("0"):rep(1000000), "1e" .. ("9"):rep(100000), "-", "\"\\ud800\"", "{\"a\":1,\"a\":2}", "nul", "[1,]", "[1 2]", "\0", "" } do
  assert(not pcall(sso.json.decode, s))
end
print("ok")
