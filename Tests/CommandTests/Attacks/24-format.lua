-- expect: exit 0
-- stdout: ok
for _, f in ipairs { "%999999999d", "%.999999999f", "%99.99f", "%s%s", "%", "%%%", "%10", "%-+ #0999d", ("%s"):rep(1000), ("%99d"):rep(100000), "%q", "%i", "%p",
    "%c", "%a", "%\0", "%-099.099s", "%l", "%*d", "%n", "%hhn", "%1$s" } do
  pcall(string.format, f)
  pcall(string.format, f, 1)
  pcall(string.format, f, "x\0y")
  pcall(string.format, f, {})
  pcall(string.format, f, 1e308, math.huge, 0/0)
end
assert(#string.format("%99.99f", 1e308) == 409)
assert(string.format("%q", "\0\1\r\n\"\\") == "\"\\0\\1\\13\\\n\\\"\\\\\"")
assert(string.format("%q", math.mininteger) == "0x8000000000000000")
assert(string.format("%q", 0/0) == "(0/0)")
print("ok")
