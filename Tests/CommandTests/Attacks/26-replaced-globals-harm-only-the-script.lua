-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local print, assert, pcall, pairs = print, assert, pcall, pairs
for k in pairs(string) do string[k] = nil end
for k in pairs(table) do table[k] = error end
for k in pairs(coroutine) do coroutine[k] = nil end
tostring, type, next, error, setmetatable, getmetatable, rawget = nil, nil, nil, nil, nil, nil, nil
assert(sso.json.encode({ 1, 2 }) == "[1,2]")
local ok, e = pcall(sso.json.decode, "{")
assert(not ok and e.kind == "validation")
sso.time.sleep(0.001)
sso.log.debug("%s", 1)
print("ok")
