-- notify-webhook.lua - log in and tell a chat: who should approve, and that it is done.
--
--   ssoscript run --region us-east-1 --allow-net=chat.example.com examples/notify-webhook.lua \
--     https://example.awsapps.com/start https://chat.example.com/hook

local sso = require "sso.safe"

local start_url, webhook = ...
if not webhook then
  io.stderr:write("usage: notify-webhook.lua START-URL WEBHOOK-URL\n")
  os.exit(2)
end

-- A chat that does not answer must not spoil the login: failures are logged, not raised.
local function notify(text)
  local response, err = sso.http.request {
    url = webhook, method = "POST", timeout = 10,
    headers = { ["Content-Type"] = "application/json" }, body = sso.json.encode { text = text } }
  if err then
    if err.kind == "permission" then error(err) end -- the message names the flag to add
    sso.log.warning("the webhook cannot be reached: %s", err.message)
  elseif response.status >= 300 then
    sso.log.warning("the webhook answered with status %d", response.status)
  end
end

local client = assert(sso.client { region = "us-east-1" })
local reg = assert(client:register_client { clientName = "notify-webhook", clientType = "public" })
local auth = assert(client:start_device_authorization {
  clientId = reg.clientId, clientSecret = reg.clientSecret, startUrl = start_url })
notify("Please open " .. auth.verificationUri .. " and enter " .. auth.userCode)

local token, err
repeat
  sso.time.sleep(auth.interval)
  token, err = client:create_token {
    clientId = reg.clientId, clientSecret = reg.clientSecret,
    grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
  if err and err.code == client.exceptions.SlowDownException then
    auth.interval = auth.interval + 5
  elseif err and err.code ~= client.exceptions.AuthorizationPendingException then
    notify("The login failed: " .. err.message)
    error(err)
  end
until token

notify("Logged in for " .. token.expiresIn // 60 .. " minutes")
print(token.accessToken)
