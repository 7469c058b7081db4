-- read_only.lua - a valid token from a login that others keep, and nothing written.

local sso = require "sso"

local token = sso.ensure { session = "work", flow = "device", cache = sso.cache.files { read_only = true } }
print(token.source)
