local sso = require "sso"
local client = sso.client {}
client:register_client { clientName = "x", clientType = "public" }
