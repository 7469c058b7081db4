local sso = require "sso"

local x = = 3
