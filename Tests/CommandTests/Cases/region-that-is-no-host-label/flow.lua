local sso = require "sso"
sso.client { region = "us-east-1/evil" }
