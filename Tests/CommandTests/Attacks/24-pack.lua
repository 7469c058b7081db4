-- expect: exit 0
-- stdout: ok
for _, f in ipairs { "i17", "i0", "s99", "!17", "c", "c-1", "c99999999999999999999", "c2147483647c2147483647", "X", "Xi", "!Xi4", ("i"):rep(300000),
    ("c1000"):rep(10000), ("!16 Xd"):rep(10000), "z", "s", "j", "c2147483640", ("c2147483640"):rep(10), ("c999999999"):rep(100), "%", "\0", " ", "<>=!" } do
  pcall(string.pack, f)
  pcall(string.pack, f, 1)
  pcall(string.pack, f, "x")
  pcall(string.packsize, f)
  pcall(string.unpack, f, ("x"):rep(100))
  for _, i in ipairs { 0, 1, -1, 100, 101, 102, math.maxinteger, math.mininteger } do pcall(string.unpack, f, ("x"):rep(100), i) end
end
assert(not pcall(string.pack, "z", "a\0b"))
assert(not pcall(string.unpack, "s8", ("\xff"):rep(8)))
assert(not pcall(string.unpack, "s4", "\xff\xff\xff\x7fx"))
assert(not pcall(string.unpack, "i16", ("\x11"):rep(16)))
pcall(string.unpack, ("B"):rep(300000), ("x"):rep(300000))
print("ok")
