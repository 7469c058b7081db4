-- ensure.lua - a valid token with as little trouble as possible, by the built-in sign-in.

local sso = require "sso"

local token = sso.ensure { session = "work", flow = "device" }
print(token.source)
