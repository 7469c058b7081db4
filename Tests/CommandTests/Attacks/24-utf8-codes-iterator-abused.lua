-- expect: exit 0
-- stdout: ok
local f, s = utf8.codes("aäö")
for _, i in ipairs { 0, 1, 2, 5, -1, -100, 100, math.maxinteger, math.mininteger } do pcall(f, s, i) end
pcall(f) pcall(f, {}, 1) pcall(f, "x", {}) pcall(f, "", 0)
print("ok")
