-- in_files.lua - a policy: logins are kept in AWS's files, whatever a script asks for.

local sso = require "sso"

return { cache = sso.cache.files() }
