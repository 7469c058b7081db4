-- failing_hook.lua - a sign-in with a hook that has a mistake in it, for those who want to see what
-- comes of that.

local sso = require "sso"

sso.login { session = "work", flow = "device", browser = false,
  on_verification = function(auth) error("the hook cannot show " .. auth.verificationUri) end }
