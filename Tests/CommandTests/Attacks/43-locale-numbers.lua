-- expect: exit 0
-- env: LC_ALL=de_DE.UTF-8
-- stdout: ok
local sso = require "sso"
assert(tonumber("1.5") == 1.5 and tostring(2.5) == "2.5" and ("%.1f"):format(2.5) == "2.5" and sso.json.encode(2.5) == "2.5" and sso.json.decode("2.5") == 2.5 and load("return 1.5")() == 1.5)
assert("a\0b" < "a\0c" and not ("a\0" < "a") and "Z" < "a")
print("ok")
