-- expect: exit 0
-- file: good.lua return 1
-- stdout: ok
for _, name in ipairs { "..good", "../good", "/etc/passwd", "good.lua", "./good", "good\0x", "", ".", "..", "a..b", "good/", "a-b", "ä", "good ", "x\n", ("a"):rep(1000), "C:\\x", "%2e%2e", "good.", ".good", "~", "sso/time", "sso..time" } do
  assert(not pcall(require, name), name)
end
for _, value in ipairs { {}, print, true, 1 } do assert(not pcall(require, value)) end
assert(not pcall(require))
assert(require("good") == 1)
print("ok")
