-- What a browser does where everything is approved: it goes where it is sent.
local sso = require "sso"
sso.http.get(sso.http.get((...)).headers.location)
