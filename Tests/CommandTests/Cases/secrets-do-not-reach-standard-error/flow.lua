local sso = require "sso"
local client = sso.client { region = "us-east-1" }
local reg = client:register_client { clientName = "a", clientType = "public" }
sso.log.info("secret %s", reg.clientSecret)
error(reg.clientSecret)
