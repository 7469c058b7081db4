-- hooks.lua - hear of each step of a login.
--
--   ssoscript run examples/hooks.lua my-sso

local sso = require "sso"

local polls = 0
local token = sso.ensure {
  session = (...) or "my-sso", flow = "device", browser = false,
  on_verification = function(auth)
    if auth.expiresIn < 60 then error("too little time to find a phone") end
    sso.log.info("type %s", auth.userCode)
  end,
  on_poll = function() polls = polls + 1 end,
  on_token = function(t) sso.log.info("signed in by %s", t.source) end,
  on_refresh = function(t) sso.log.info("renewed until %s", t.expiresAt) end,
  on_failure = function(err) sso.log.error("%s", err) end,
  on_wait = function() sso.log.info("another process is signing in") end,
}
sso.log.info("asked at least once: %s", tostring(polls > 0 or token.source ~= "login"))
print(token.source)
