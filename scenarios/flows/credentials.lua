-- credentials.lua - keys of a role, from a login that lives in memory alone.

local sso = require "sso"

local region, account, role = ...

local keys = sso.credentials {
  start_url = "https://example.awsapps.com/start", region = region, flow = "device", browser = false,
  cache = sso.cache.memory(), account_id = account, role_name = role }
print(role, keys.expiration)
