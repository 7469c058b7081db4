local sso = require "sso"
local client = sso.client { region = "us-east-1" }
print(client:register_client { clientName = "a", clientType = "public" }.clientId)
