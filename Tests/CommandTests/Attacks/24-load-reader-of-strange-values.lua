-- expect: exit 0
-- stdout: ok
assert(not load(function() return {} end))
assert(not load(function() return 1 end))
assert(not load(function() error("x") end))
assert(not load(function() error({}) end))
assert(load(function() return nil end))
assert(load(function() return "" end))
assert(not pcall(load))
assert(not pcall(load, nil))
assert(not pcall(load, {}))
assert(not load(("x"):rep(2000000)))
print("ok")
