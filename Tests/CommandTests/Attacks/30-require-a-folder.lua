-- expect: exit 0
-- file: folder.lua/x x
-- stdout: ok
assert(not pcall(require, "folder"))
print("ok")
