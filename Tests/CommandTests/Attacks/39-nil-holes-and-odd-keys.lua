-- expect: exit 0
-- stdout: ok
local sso = require "sso"
pcall(sso.json.encode, { 1, nil, 3 }) pcall(sso.json.encode, { [1] = 1, [3] = 3 }) pcall(sso.json.encode, { [0] = 0 }) pcall(sso.json.encode, { [-1] = 0 })
pcall(sso.json.encode, { [1.5] = 0 }) pcall(sso.json.encode, { [true] = 0 }) pcall(sso.json.encode, { [math.maxinteger] = 0 }) pcall(sso.json.encode, { 1, x = 2 })
pcall(sso.json.encode, { [math.huge] = 1 }) pcall(sso.json.encode, { [2^53] = 1 }) pcall(sso.json.encode, { [print] = 1 })
assert(sso.json.encode({}) == "{}" or sso.json.encode({}) == "[]")
assert(sso.json.encode(sso.json.list {}) == "[]")
assert(sso.json.decode("null") == sso.null and sso.json.decode("[null]")[1] == sso.null)
assert(not pcall(function() local t = {} t[0/0] = 1 end) and not pcall(function() local t = {} t[nil] = 1 end) and not pcall(rawset, {}, 0/0, 1))
print("ok")
