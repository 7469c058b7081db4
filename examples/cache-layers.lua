-- cache-layers.lua - logins in memory, and encrypted in one file, by rules of one's own.
--
--   CACHE_PASSPHRASE=… ssoscript run --allow-env=CACHE_PASSPHRASE --allow-read=logins.db \
--     --allow-write=logins.db \
--     examples/cache-layers.lua https://example.awsapps.com/start us-east-1 logins.db

local sso = require "sso"

local start_url, region, path = ...
local passphrase = sso.env.get("CACHE_PASSPHRASE")
if not region or not passphrase then
  io.stderr:write("usage: CACHE_PASSPHRASE=… cache-layers.lua START-URL REGION [FILE]\n")
  os.exit(2)
end

local file = sso.cache.encrypted {
  store = sso.cache.sqlite { path = path or "logins.db" }, passphrase = passphrase }

-- A store is any table with these functions; it may hand on to another one. This one decides under
-- which key something is kept and for how long it is worth keeping.
local team = {
  get = function(key, item) return file:get("team-" .. key, item) end,
  put = function(key, value, item)
    if item.ttl and item.ttl < 300 then return end -- ends within five minutes: not worth a file
    file:put("team-" .. key, value, item)
  end,
  delete = function(key, item) file:delete("team-" .. key, item) end,
  lock = function(key, item) return file:lock("team-" .. key, item) end,
  names = function(layer) -- lets sso.status and sso.logout find sessions that no config file names
    local names = {}
    for _, key in ipairs(file:names(layer)) do names[#names + 1] = key:match "^team%-(.+)" end
    return names
  end,
}

local cache = sso.cache.layered(sso.cache.memory(), team)
local token = sso.ensure { start_url = start_url, region = region, browser = false, cache = cache }
print(token.source, token.expiresAt)
for _, session in ipairs(sso.status { cache = cache }) do
  if session.valid then print("kept", session.startUrl) end -- sessions of the config file are told of as well
end
