-- expect: exit 0
-- link: zero.lua /dev/zero
-- stdout: ok
assert(not pcall(require, "zero"))
print("ok")
