-- qr-login.lua - sign in on a machine without a browser: scan a QR code with a phone.
--
--   ssoscript run --region us-east-1 examples/qr-login.lua https://example.awsapps.com/start

local sso = require "sso"

local start_url = ... or "https://example.awsapps.com/start"

-- The code is drawn on standard error, so that standard output holds nothing but the token.
local function show(auth)
  local drawn, picture = pcall(sso.terminal.qr, auth.verificationUriComplete)
  if drawn then io.stderr:write(picture, "\n") end -- without libqrencode the words below will do
  io.stderr:write("Open ", auth.verificationUri, " and enter ", auth.userCode, "\n")
end

local function poll(client, reg, auth)
  while true do
    sso.time.sleep(auth.interval)
    local ok, result = pcall(client.create_token, client, {
      clientId = reg.clientId, clientSecret = reg.clientSecret,
      grantType = sso.grant.device_code, deviceCode = auth.deviceCode })
    if ok then return result end
    if sso.is(result, client.exceptions.SlowDownException) then
      auth.interval = auth.interval + 5
    elseif not sso.is(result, client.exceptions.AuthorizationPendingException) then
      error(result)
    end
  end
end

local client = sso.client { region = "us-east-1" }
local reg = client:register_client { clientName = "qr-login", clientType = "public" }
local auth = client:start_device_authorization {
  clientId = reg.clientId, clientSecret = reg.clientSecret, startUrl = start_url }
show(auth)

local token = poll(client, reg, auth)
print(sso.json.encode { accessToken = token.accessToken, expiresIn = token.expiresIn })
