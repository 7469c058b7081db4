-- pkce-login.lua - sign in by the browser of this machine, or by one elsewhere.
--
--   ssoscript run examples/pkce-login.lua my-sso          the browser comes back by itself
--   ssoscript run examples/pkce-login.lua my-sso paste    over SSH: copy its last address

local sso = require "sso"

local session, how = ...
local token = sso.login {
  session = session or "my-sso", flow = "pkce", paste = how == "paste", redirect_port = 8400,
  on_verification = function(auth)
    sso.log.debug("waiting for %s", auth.authorizeUrl)
  end,
}
print(sso.json.encode { expiresAt = token.expiresAt, source = token.source })
