-- company.lua - a strict policy for everybody on a machine: /etc/ssoscript/policy.lua.
--
-- One Identity Center in two regions, no production accounts, nothing on disk unless encrypted, and
-- security hears of every sign-in. Users, projects and scripts can narrow this, never widen it.

local sso = require "sso"

local webhook = "https://hooks.example.com/sign-ins"

local production = { ["111122223333"] = true, ["444455556666"] = true }

return {
  allow = {
    start_urls = { "https://example.awsapps.com/start" },
    regions = { "eu-central-1", "eu-west-1" },
    roles = { "ReadOnly*", "Developer" },
    flows = { "device", "pkce" },
    cache = { "encrypted", "secret_service", "memory" },
    max_lifetime = 4 * 3600, -- seconds
  },

  -- Where logins are kept, also those of `ssoscript login`: in the desktop's keyring, and without one until
  -- the program ends.
  cache = function()
    local may, keyring = pcall(sso.cache.secret_service)
    if not may then return sso.cache.memory() end
    local works, problem = pcall(keyring.get, keyring, "probe.json")
    if works then return keyring end
    sso.log.warning("no keyring here; logins end with the program: " .. problem.message)
    return sso.cache.memory()
  end,

  -- People see this name on the consent page: let it say who asks.
  before_register = function(input)
    input.clientName = "ssoscript at Example"
    return input
  end,

  before_credentials = function(input)
    if production[input.accountId] then
      return false, "production accounts are entered through the bastion"
    end
  end,

  notify = function(event)
    sso.notify.webhook {
      url = webhook,
      json = { event = event.event, account = event.accountId, role = event.roleName } }
  end,
}
