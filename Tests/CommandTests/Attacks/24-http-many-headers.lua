-- expect: exit 1
-- args: --allow-net=*
-- stderr: headers must be 256 at most
local sso = require "sso"
local headers = {}
for i = 1, 300000 do headers["X-" .. i] = "a" end
sso.http.request { url = "http://192.0.2.1/", headers = headers }
