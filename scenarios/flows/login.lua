-- login.lua - a site's own login: a token from the cache, by renewal, or by a person.
--
-- Exit codes: 0 there is a token in cache/token.json, 3 denied, 4 the code has expired,
-- 5 the service cannot be reached or does not make sense.

local sso = require "sso.safe"

local cache_path <const> = "cache/token.json"
local start_url <const> = os.getenv "SSO_START_URL" or "https://example.awsapps.com/start"
local renewal_margin <const> = 300 -- seconds before its end a token is renewed
local patience <const> = 60 -- seconds a poll that is not answered waits at most
local mercy <const> = 5 -- refusals by a firewall in a row that are waited out

local client = assert(sso.client { region = os.getenv "AWS_REGION" })
-- For polls: they are repeated here, at the pace of the code, and nowhere else.
local poller = assert(sso.client { region = os.getenv "AWS_REGION", retries = 1 })

-- The cache -------------------------------------------------------------------------------------

local function read_cache()
  local file <close> = io.open(cache_path, "r")
  if not file then return nil end
  local entry = sso.json.decode(file:read "a")
  -- A damaged file is as good as none.
  if type(entry) ~= "table" or entry.startUrl ~= start_url or not entry.accessToken then return nil end
  return entry
end

-- Written beside its place and then renamed: a reader sees the old file or the new one, never a
-- half. New files and the folder are for their owner only. A disk that is full is no reason to fail.
local function write_cache(entry)
  os.execute { "mkdir", "-p", "-m", "700", "cache" } -- whatever the umask
  local new = cache_path .. ".new"
  local written, problem = pcall(function()
    local file <close> = assert(io.open(new, "w"))
    assert(file:write(sso.json.encode(entry)))
  end)
  if written then written, problem = os.rename(new, cache_path) end
  if not written then sso.log.warning("not cached: %s", problem) end
end

local function keep(token, registration, old)
  write_cache {
    startUrl = start_url, accessToken = token.accessToken,
    expiresAt = sso.time.format(sso.time.now() + (token.expiresIn or 300)),
    refreshToken = token.refreshToken or old and old.refreshToken,
    clientId = registration.clientId, clientSecret = registration.clientSecret,
    registrationExpiresAt = registration.clientSecretExpiresAt or registration.registrationExpiresAt,
  }
end

-- Renewal ---------------------------------------------------------------------------------------

-- A reply that was lost is asked for once more: the service gives the same answer for a while.
local function renew(old)
  if not old.refreshToken or (old.registrationExpiresAt or 0) < sso.time.now() then return nil end
  for _ = 1, 2 do
    local token, err = client:create_token {
      clientId = old.clientId, clientSecret = old.clientSecret,
      grantType = sso.grant.refresh_token, refreshToken = old.refreshToken }
    if token then return token end
    if err.kind ~= "transport" then return nil end
  end
end

-- A person --------------------------------------------------------------------------------------

local function fail(status, err)
  sso.log.error("%s", tostring(err))
  os.exit(status)
end

-- A registration is good for many logins, but not one that is about to end.
local function register(old)
  if old and (old.registrationExpiresAt or 0) > sso.time.now() + renewal_margin then
    return { clientId = old.clientId, clientSecret = old.clientSecret,
      clientSecretExpiresAt = old.registrationExpiresAt }
  end
  local registration, err = client:register_client {
    clientName = "login", clientType = "public", scopes = { "sso:account:access" } }
  if not registration then fail(5, err) end
  return registration
end

-- The network is down, the service is, or something stands between: a portal, a firewall. A certificate
-- that is not good, and an answer that makes no sense, do not pass by themselves.
local function may_pass(err)
  return err.retryable or err.code == "CaptivePortal" or err.status == 403
end

local function start(registration)
  return client:start_device_authorization {
    clientId = registration.clientId, clientSecret = registration.clientSecret, startUrl = start_url }
end

local function login(old)
  local registration = register(old)
  local auth, err = start(registration)
  if err and err.code == "InvalidClientException" and old then
    registration = register() -- it was revoked
    auth, err = start(registration)
  end
  if not auth then fail(5, err) end
  sso.log.info("open %s and enter %s", auth.verificationUri, auth.userCode)

  local lifetime = auth.expiresIn or 600
  local interval = math.max(1, math.min(auth.interval or 5, auth.expiresIn or 600))
  local pause, deadline, unclear = interval, sso.time.monotonic() + lifetime, 0
  while true do
    sso.time.sleep(pause)
    local token
    token, err = poller:create_token {
      clientId = registration.clientId, clientSecret = registration.clientSecret,
      grantType = sso.grant.device_code, deviceCode = auth.deviceCode }
    if token then return token, registration end
    local last = pause
    unclear = err.status == 403 and unclear + 1 or 0
    if err.code == "SlowDownException" or err.status == 429 then
      interval = interval + 5
      pause = interval
    elseif err.code == "AccessDeniedException" then
      fail(3, err)
    elseif err.code == "ExpiredTokenException" then
      fail(4, err)
    elseif err.code == "AuthorizationPendingException" then
      pause = interval
    elseif may_pass(err) and unclear <= mercy then
      -- Nobody knows what came of it: ask again, more slowly each time, or when the service says.
      local wish = err.retry_after or 0
      if wish > lifetime then wish = deadline - sso.time.monotonic() end
      pause = math.max(interval, math.min(patience, last * 2), wish)
    else
      fail(5, err)
    end
    if sso.time.monotonic() + pause > deadline then fail(4, err) end
  end
end

-- -----------------------------------------------------------------------------------------------

local old = read_cache()
if old then
  local known, ends = pcall(sso.time.parse, old.expiresAt)
  if known and ends and ends > sso.time.now() + renewal_margin then
    sso.log.info("the token is good until %s", old.expiresAt)
    os.exit(0)
  end
  local token = renew(old)
  if token then
    keep(token, old, old)
    os.exit(0)
  end
end
keep(login(old))
