-- expect: exit 0
-- stdout: ok
-- Ten thousand errors raised below Swift frames: none may leak or trap.
local sso = require "sso"
for _ = 1, 2000 do
  assert(not pcall(sso.json.decode, "{"))
  assert(not pcall(sso.json.encode, { [{}] = 1 }))
  assert(not pcall(sso.time.sleep, "x"))
  assert(not pcall(sso.client, { region = 1 }))
  assert(not pcall(sso.crypto.random_bytes, -1))
end
print("ok")
