-- login.lua CONTROL_URL CONTROL_TOKEN - a whole device login; the person is one request.
local sso = require "sso.safe"
local control_url, control_token = ...
local client = sso.client {}
local reg = assert(client:register_client { clientName = "bench", clientType = "public" })
local auth = assert(client:start_device_authorization {
  clientId = reg.clientId, clientSecret = reg.clientSecret,
  startUrl = "https://example.awsapps.com/start" })
local poll = {
  clientId = reg.clientId, clientSecret = reg.clientSecret,
  grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
local _, err = client:create_token(poll)
assert(err.code == "AuthorizationPendingException", err)
local reply = assert(sso.http.request {
  method = "POST", url = control_url .. "/approve",
  headers = { authorization = "Bearer " .. control_token, ["content-type"] = "application/json" },
  body = sso.json.encode { userCode = auth.userCode } })
assert(reply.status // 100 == 2, reply.body)
assert(#assert(client:create_token(poll)).accessToken > 0)
