-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local touched
local function touch() touched = true error("touched") end
local mt = { __index = touch, __len = touch, __pairs = touch, __newindex = touch, __call = touch, __tostring = touch, __name = "x", __eq = touch, __concat = touch }
pcall(sso.client, setmetatable({}, mt))
pcall(sso.client, setmetatable({ region = "us-east-1" }, mt))
pcall(sso.json.encode, setmetatable({ 1, 2, x = setmetatable({}, mt) }, mt))
pcall(os.execute, setmetatable({ "true" }, mt))
pcall(sso.task.all, setmetatable({}, mt))
pcall(os.time, setmetatable({ year = 2020, month = 1, day = 1 }, mt))
local client = sso.client { region = "us-east-1" }
pcall(client.register_client, client, setmetatable({ clientName = setmetatable({}, mt) }, mt))
assert(not touched)
print("ok")
