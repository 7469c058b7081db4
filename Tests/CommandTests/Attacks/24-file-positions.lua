-- expect: exit 0
-- args: --allow-read=. --allow-write=.
-- file: data.txt 0123456789
-- stdout: ok
local f = assert(io.open("data.txt", "r+"))
f:read(3)
for _, whence in ipairs { "set", "cur", "end" } do
  for _, n in ipairs { math.maxinteger, math.mininteger, -1, 0, 1e308, 2^53 } do pcall(f.seek, f, whence, n) pcall(f.read, f, 2) end
end
for _, n in ipairs { math.maxinteger, math.mininteger, -1, 0, 1 << 40, 1e308 } do pcall(f.read, f, n) end
print("ok")
