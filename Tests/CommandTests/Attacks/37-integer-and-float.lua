-- expect: exit 0
-- stdout: ok
local sso = require "sso"
assert(sso.json.encode(1) == "1" and sso.json.encode(math.maxinteger) == "9223372036854775807" and sso.json.encode(math.mininteger) == "-9223372036854775808")
assert(math.type(sso.json.decode("1")) == "integer" and math.type(sso.json.decode("1.0")) == "float" and math.type(sso.json.decode("9007199254740993")) == "integer")
assert(sso.json.decode("9007199254740993") == 9007199254740993)
assert(not pcall(sso.json.encode, 0/0) and not pcall(sso.json.encode, math.huge))
assert(not pcall(sso.crypto.random_bytes, 1.5) and #sso.crypto.random_bytes(2.0) == 2)
print("ok")
