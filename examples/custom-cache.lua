-- custom-cache.lua - keep the token in a file of one's own and log in only when it has expired.
--
--   mkdir -p -m 700 tokens
--   ssoscript run --region us-east-1 --allow-read=tokens --allow-write=tokens \
--     examples/custom-cache.lua https://example.awsapps.com/start tokens/mine.json

local sso = require "sso"

local start_url, path = ...
start_url, path = start_url or "https://example.awsapps.com/start", path or "tokens/mine.json"

local margin = 60 -- seconds; a token that is about to expire is no use

local function read_cache()
  local file <close> = io.open(path, "r")
  if not file then return nil end
  local ok, entry = pcall(sso.json.decode, file:read("a"))
  -- A damaged file is as good as none; so is the token of another start URL.
  if not ok or type(entry) ~= "table" or entry.startUrl ~= start_url then return nil end
  local known, expires = pcall(sso.time.parse, entry.expiresAt)
  return known and expires > sso.time.now() + margin and entry or nil
end

-- Written beside its place and then renamed: a reader sees the old file or the new one, never a
-- half. New files are for their owner only (0600).
local function write_cache(entry)
  local new = path .. ".new"
  do
    local file <close> = assert(io.open(new, "w"))
    file:write(sso.json.encode(entry), "\n")
  end
  assert(os.rename(new, path))
end

local function login()
  local client = sso.client { region = "us-east-1" }
  local reg = client:register_client { clientName = "custom-cache", clientType = "public" }
  local auth = client:start_device_authorization {
    clientId = reg.clientId, clientSecret = reg.clientSecret, startUrl = start_url }
  sso.log.info("open %s and enter %s", auth.verificationUri, auth.userCode)
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

local entry = read_cache()
if entry then
  sso.log.info("the token in %s is good until %s", path, entry.expiresAt)
else
  local token = login()
  entry = {
    startUrl = start_url, accessToken = token.accessToken,
    expiresAt = sso.time.format(sso.time.now() + token.expiresIn) }
  write_cache(entry)
end
print(entry.accessToken)
