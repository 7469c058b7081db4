-- request.lua - one poll and its answer, in both hosts: ssoscript's client, or poll() of request.c.
if poll then
  local status, body = poll(url)
  assert(status == 400 and body:find "authorization_pending")
else
  local sso = require "sso.safe"
  local _, err = sso.client {}:create_token {
    clientId = "bench", clientSecret = "secret", deviceCode = "pending",
    grantType = sso.grant.device_code }
  assert(err.code == "AuthorizationPendingException", tostring(err))
end
