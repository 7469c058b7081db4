-- expect: exit 130
-- args: --allow-net=*
-- signal: INT
-- stdout: closed
local sso = require "sso"
local x <close> = setmetatable({}, { __close = function() print("closed") end })
print("ready")
while true do pcall(sso.http.get, "http://192.0.2.1/") end
