-- expect: exit 0
-- link: passwd.lua /etc/passwd
-- link: up .. 
-- link: self.lua self.lua
-- stdout: ok
assert(not pcall(require, "passwd"))
assert(not pcall(require, "up.flow"))
assert(not pcall(require, "self"))
print("ok")
