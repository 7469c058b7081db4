local sso = require "sso"
local client = sso.client { region = "us-east-1" }
client:register_client { clientName = "a" }
