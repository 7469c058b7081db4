local sso = require "sso"
sso.client { regoin = "us-east-1" }
