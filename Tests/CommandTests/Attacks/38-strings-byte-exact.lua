-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local all = {}
for i = 0, 255 do all[i + 1] = string.char(i) end
local s = table.concat(all)
assert(sso.crypto.base64url_decode(sso.crypto.base64url_encode(s)) == s)
assert(sso.json.decode(sso.json.encode("a\0b\127\u{10ffff}")) == "a\0b\127\u{10ffff}")
assert(not pcall(sso.json.encode, "\xff"))
assert(not pcall(sso.json.encode, { ["\xff"] = 1 }))
assert(sso.crypto.sha256("a\0b") ~= sso.crypto.sha256("a"))
assert(not pcall(sso.client, { region = "us-east-1\0.evil" }))
assert(not pcall(sso.client, { region = "us-east-1\r\nx" }))
print("ok")
