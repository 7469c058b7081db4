-- before_the_keyring.lua - a policy: logins are in the keyring, and before that in memory, encrypted.

local sso = require "sso"

return {
  cache = function()
    local both = sso.cache.layered(sso.cache.memory(), sso.cache.secret_service())
    return sso.cache.encrypted { store = both, passphrase = "correct horse battery staple" }
  end,
}
