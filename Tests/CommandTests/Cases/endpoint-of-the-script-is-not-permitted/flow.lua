local sso = require "sso"
local client = sso.client { region = "us-east-1", endpoint_url = "https://example.com" }
print(client:register_client { clientName = "a", clientType = "public" }.clientId)
