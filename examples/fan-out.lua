-- fan-out.lua - many logins at once: one registration, one task for each login.
--
--   ssoscript run --region us-east-1 examples/fan-out.lua https://example.awsapps.com/start 200
--
-- Meant for a service that approves by itself: ssoscript serve --approve auto

local sso = require "sso.safe"

local start_url, count = ...
start_url, count = start_url or "https://example.awsapps.com/start", tonumber(count) or 200

local client = assert(sso.client { region = "us-east-1" })
local reg = assert(client:register_client { clientName = "fan-out", clientType = "public" })

local function login()
  local auth = assert(client:start_device_authorization {
    clientId = reg.clientId, clientSecret = reg.clientSecret, startUrl = start_url })
  while true do
    sso.time.sleep(auth.interval) -- the other logins go on meanwhile
    local token, err = client:create_token {
      clientId = reg.clientId, clientSecret = reg.clientSecret,
      grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
    if token then return token end
    if err.code == client.exceptions.SlowDownException then
      auth.interval = auth.interval + 5
    elseif err.code ~= client.exceptions.AuthorizationPendingException then
      error(err) -- the first failure cancels the others
    end
  end
end

local logins = {}
for i = 1, count do logins[i] = login end

local start = sso.time.monotonic()
local tokens = assert(sso.task.all(logins)) -- in the order of the functions
sso.log.info("%d logins in %.1f seconds", #tokens, sso.time.monotonic() - start)

local different = {}
for _, token in ipairs(tokens) do different[token.accessToken] = true end
local distinct = 0
for _ in pairs(different) do distinct = distinct + 1 end
print(sso.json.encode { logins = #tokens, tokens = distinct })
