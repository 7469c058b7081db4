-- expect: exit 0
-- stdout: ok
local print, pcall, error, require = print, pcall, error, require
setmetatable(_G, { __index = function(_, k) error("read of " .. k) end, __newindex = function(_, k) error("write of " .. k) end })
local sso = require "sso"
pcall(sso.json.decode, "{")
sso.time.sleep(0.001)
print("ok")
