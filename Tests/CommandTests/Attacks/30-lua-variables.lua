-- expect: exit 0
-- env: LUA_INIT=print("ESCAPED")
-- env: LUA_INIT_5_4=print("ESCAPED")
-- env: LUA_PATH=/etc/?;/etc/?.lua
-- env: LUA_PATH_5_4=/etc/?
-- env: LUA_CPATH=/usr/lib/?.so
-- stdout: ok
assert(not pcall(require, "passwd"))
assert(not pcall(require, "lua"))
print("ok")
