-- error-handling.lua - what can go wrong in a login, and what to do about each.
--
--   ssoscript run --region us-east-1 examples/error-handling.lua https://example.awsapps.com/start
--
-- Every failure is one table: `code` (the name AWS gives it), `kind` (where it arose), `message`,
-- `operation`, `status`, `request_id`, `retryable` … and tostring(err) is a line for a person.

local sso = require "sso"
local safe = require "sso.safe" -- the same functions, but failures come back as nil, err

local start_url = ... or "https://example.awsapps.com/start"

local client = sso.client { region = "us-east-1" }
local code = client.exceptions

-- 1. With "sso" failures are raised; pcall catches them.
local ok, err = pcall(client.register_client, client, {
  clientName = "error-handling", clientType = "secret" })
assert(not ok and err.kind == "service")
io.stderr:write("as expected: ", err.code, "\n")

-- 2. With "sso.safe" they are returned.
local quiet = assert(safe.client { region = "us-east-1" })
local reg = assert(quiet:register_client { clientName = "error-handling", clientType = "public" })
local auth, refusal = quiet:start_device_authorization {
  clientId = reg.clientId, clientSecret = "not the secret", startUrl = start_url }
assert(not auth and sso.is(refusal, code.InvalidClientException))
io.stderr:write("as expected: ", refusal.code, "\n")

-- 3. Wrong use (a misspelt name, a wrong type) is a mistake in the script: raised in both.
local used, misuse = pcall(quiet.register_client, quiet, { clientNmae = "error-handling" })
assert(not used and misuse.kind == "validation")
io.stderr:write("as expected: ", misuse.message, "\n")

-- 4. While polling, two codes are no failure, one asks for a new start, some pass by themselves.
local function start()
  return assert(quiet:start_device_authorization {
    clientId = reg.clientId, clientSecret = reg.clientSecret, startUrl = start_url })
end

local function poll(flow)
  while true do
    sso.time.sleep(flow.interval)
    local token, failure = quiet:create_token {
      clientId = reg.clientId, clientSecret = reg.clientSecret,
      grantType = sso.grant.device_code, deviceCode = flow.deviceCode }
    if token then return token end
    if failure.code == code.SlowDownException then
      flow.interval = flow.interval + 5
    elseif failure.code == code.ExpiredTokenException then
      flow = start()
      sso.log.info("the code has expired; enter %s", flow.userCode)
    elseif failure.code == code.AccessDeniedException then
      sso.log.error("the login was declined (request %s)", failure.request_id or "unknown")
      os.exit(4)
    elseif failure.kind == "transport" and failure.retryable then
      sso.log.warning("%s", failure) -- the network may come back; the code is still good
    elseif failure.code ~= code.AuthorizationPendingException then
      error(failure) -- not ours to handle: the run ends with a traceback
    end
  end
end

local flow = start()
sso.log.info("open %s and enter %s", flow.verificationUri, flow.userCode)
print(sso.json.encode { expiresIn = poll(flow).expiresIn })
