-- expect: exit 0
-- args: --allow-read=.
-- file: data.txt line
-- stdout: ok
local sso = require "sso"
local file = assert(io.open("data.txt"))
local lines = file:lines()
file:close()
pcall(file.close, file)
assert(not pcall(file.read, file))
assert(not pcall(file.seek, file))
assert(not pcall(lines))
local client = sso.client { region = "us-east-1" }
client:close()
client:close()
assert(not pcall(client.register_client, client, { clientName = "a", clientType = "public" }))
print("ok")
