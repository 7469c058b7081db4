-- expect: exit 0
-- args: --timeout 60
-- stdout: ok
local sso = require "sso"
local s = ("x"):rep(100000)
assert(#sso.crypto.sha256(s) == 64 and #sso.crypto.sha1(s) == 40)
assert(sso.crypto.base64url_decode(sso.crypto.base64url_encode(s)) == s)
assert(not pcall(sso.crypto.base64url_decode, ("="):rep(100000)))
assert(not pcall(sso.time.parse, s))
assert(not pcall(sso.terminal.qr, s))
pcall(sso.log.debug, s)
pcall(sso.http.get, "https://" .. s)
pcall(sso.client, { region = s })
pcall(sso.client, { endpoint_url = "https://" .. s })
print("ok")
