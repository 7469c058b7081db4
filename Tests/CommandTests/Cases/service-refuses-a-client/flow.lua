local sso = require "sso"
local client = sso.client { region = "us-east-1" }
client:start_device_authorization { clientId = "nobody", clientSecret = "hidden-secret", startUrl = "https://x.awsapps.com/start" }
