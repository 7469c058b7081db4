-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local many = {}
for i = 1, 200000 do many[i] = i end
print = print
assert(select("#", table.unpack(many)) == 200000)
pcall(sso.json.encode, table.unpack(many))
pcall(sso.log.debug, "%d", table.unpack(many))
pcall(string.format, ("%d"):rep(1000), table.unpack(many))
pcall(string.char, table.unpack(many, 1, 1000))
io.write("ok\n")
