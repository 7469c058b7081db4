-- in_the_keyring.lua - a policy: logins are in the desktop's keyring, and nowhere else.

local sso = require "sso"

return { cache = function() return sso.cache.secret_service() end }
