local client = require "sso".client { region = "us-east-1" }
local reg = client:register_client { clientName = "x", clientType = "public" }
os.execute { "notify-send", reg.clientSecret }
