-- sequential.lua COUNT - polls one after the other; prints polls per second.
local sso = require "sso.safe"
local count = tonumber((...))
local client = sso.client {}
local poll = {
  clientId = "bench", clientSecret = "secret", deviceCode = "pending",
  grantType = sso.grant.device_code }

local start = sso.time.monotonic()
for _ = 1, count do
  local _, err = client:create_token(poll)
  assert(err.code == "AuthorizationPendingException", err)
end
print(count / (sso.time.monotonic() - start))
