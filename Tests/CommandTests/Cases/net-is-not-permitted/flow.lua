local sso = require "sso"
sso.http.get("https://example.com/")
