-- behind_the_keyring.lua - a policy: logins are in AWS's folders, and before these in the keyring.

local sso = require "sso"

return { cache = function() return sso.cache.layered(sso.cache.secret_service(), sso.cache.files {}) end }
