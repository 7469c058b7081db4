-- cache-keyring.lua - logins in the desktop's keyring, or in memory where there is none.
--
--   ssoscript run --allow-run=secret-tool examples/cache-keyring.lua \
--     https://example.awsapps.com/start us-east-1

local sso = require "sso"

local start_url, region = ...
if not region then
  io.stderr:write("usage: cache-keyring.lua START-URL REGION\n")
  os.exit(2)
end

local keyring = sso.cache.secret_service()
local works, problem = pcall(keyring.get, keyring, "probe.json")
if not works then
  sso.log.warning("no keyring here; the login is kept in memory only: " .. problem.message)
end

local token = sso.ensure {
  start_url = start_url, region = region, browser = false,
  cache = works and keyring or sso.cache.memory() }
print(token.source, token.expiresAt)
