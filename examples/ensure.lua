-- ensure.lua - a valid token for a session of AWS's config file, for whatever comes next.
--
--   ssoscript run examples/ensure.lua my-sso
--
-- Run it as often and in as many processes as you like: there is one login for all of them.

local sso = require "sso"

local token = sso.ensure { session = (...) or "my-sso" }
sso.log.info("from %s, good until %s", token.source, token.expiresAt)
print(token.accessToken)
