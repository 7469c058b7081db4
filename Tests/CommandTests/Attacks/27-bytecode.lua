-- expect: exit 0
-- stdout: ok
for _, mode in ipairs { "b", "bt", "t", "", "x", "tb" } do
  for _, code in ipairs { "\27Lua", "\27LuaT\0\25\147\r\n\26\n\4\8\8", "\27" .. ("\0"):rep(100), "\27Lua" .. ("\255"):rep(1000), "\x1bLJ\2" } do
    assert(not load(code, "x", mode))
    local sent
    assert(not load(function() if not sent then sent = true return code end end, "x", mode))
  end
end
assert(not load("return 1", "x", "b"))
assert(string.dump == nil)
print("ok")
