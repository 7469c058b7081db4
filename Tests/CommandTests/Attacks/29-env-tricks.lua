-- expect: exit 0
-- stdout: ok
local f = load("x = 1 return _ENV", "x", "t", {})
assert(f().x == 1 and x == nil)
local g = load("return _ENV", "x", "t", nil)
assert(g() == nil)
assert(not pcall(load("x = 1", "x", "t", 5)))
do local _ENV <const> = { error = error } assert = 1 end
local function h(_ENV) return y end
assert(h({ y = 2 }) == 2)
assert(load("local _ENV <const> = {} ; return function() return z end"))
assert(load("local _ENV <const> = 1; local function f() x = _ENV end"))
load("\n_ENV <const> = 1")
pcall(load("local _ENV <const> = 11; X = 1"))
print("ok")
