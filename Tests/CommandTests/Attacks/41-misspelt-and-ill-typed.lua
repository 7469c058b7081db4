-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local ok, e = pcall(sso.client, { regoin = "us-east-1" })
assert(not ok and e.message:find("did you mean \"region\""))
for _, v in ipairs { 1, {}, print, true, sso.null, io.stdout, coroutine.create(print) } do
  local ok, e = pcall(sso.client, { region = v })
  assert(not ok and tostring(e):find("region"), tostring(e))
end
local ok, e = pcall(sso.client, { [("x"):rep(100000)] = 1 })
assert(#tostring(e) < 1000)
local ok, e = pcall(sso.client, { ["\27[2J"] = 1 })
assert(not tostring(e):find("\27"))
print("ok")
