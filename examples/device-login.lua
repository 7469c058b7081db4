-- device-login.lua - RFC 8628 by hand: register, start, poll, print.
--
--   ssoscript run --region us-east-1 examples/device-login.lua https://example.awsapps.com/start

local sso = require "sso.safe"
local start_url = ... or "https://example.awsapps.com/start"

local client = assert(sso.client { region = "us-east-1" })
local reg = assert(client:register_client {
  clientName = "laptop", clientType = "public", scopes = { "sso:account:access" } })
local auth = assert(client:start_device_authorization {
  clientId = reg.clientId, clientSecret = reg.clientSecret, startUrl = start_url })
sso.log.info("open %s and enter %s", auth.verificationUri, auth.userCode)

local token, err
repeat
  sso.time.sleep(auth.interval)
  token, err = client:create_token {
    clientId = reg.clientId, clientSecret = reg.clientSecret,
    grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
  if err and err.code == client.exceptions.SlowDownException then
    auth.interval = auth.interval + 5
  elseif err and err.code ~= client.exceptions.AuthorizationPendingException then
    error(err)
  end
until token

print(sso.json.encode { accessToken = token.accessToken, expiresIn = token.expiresIn })
