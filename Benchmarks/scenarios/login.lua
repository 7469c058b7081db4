-- login.lua - the flow of the benchmarks: a device login by hand.
local sso = require "sso.safe"
local client = assert(sso.client { region = "us-east-1" })
local reg = assert(client:register_client {
  clientName = "bench", clientType = "public", scopes = { "sso:account:access" } })
local auth = assert(client:start_device_authorization {
  clientId = reg.clientId, clientSecret = reg.clientSecret, startUrl = "https://example.awsapps.com/start" })
local token
repeat
  sso.time.sleep(auth.interval)
  token = client:create_token {
    clientId = reg.clientId, clientSecret = reg.clientSecret,
    grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
until token
if ... == "hour" then
  sso.time.sleep(token.expiresIn)
  assert(client:create_token {
    clientId = reg.clientId, clientSecret = reg.clientSecret,
    grantType = sso.grant.refresh_token, refreshToken = token.refreshToken })
end
