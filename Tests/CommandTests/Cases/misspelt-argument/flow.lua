local sso = require "sso"
local client = sso.client { region = "us-east-1" }
client:create_token { clientId = "a", clientSecrte = "b", grantType = "c" }
