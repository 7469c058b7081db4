-- expect: exit 0
-- stdout: ok
assert(getmetatable("") == false)
assert(not pcall(setmetatable, "", {}))
assert(("x").rep == string.rep)
string.evil = function() return 1 end
assert(("x"):evil() == 1)
assert(getmetatable(1) == nil and getmetatable(nil) == nil and getmetatable(print) == nil and getmetatable(coroutine.create(print)) == nil and getmetatable(true) == nil)
assert(getmetatable(require("sso").null) == nil or type(getmetatable(require("sso").null)) ~= "table")
print("ok")
