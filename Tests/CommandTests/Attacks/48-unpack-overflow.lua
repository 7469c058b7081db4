-- expect: exit 0
-- stdout: ok
for _, r in ipairs { { 1, math.maxinteger }, { math.mininteger, math.maxinteger }, { math.mininteger, 0 }, { 0, math.maxinteger }, { math.maxinteger - 1, math.maxinteger + 0 }, { 1, 1 << 31 }, { 1, (1 << 31) - 1 }, { 1, (1 << 32) + 1 }, { -1, 1e7 // 1 | 0 } } do
  pcall(table.unpack, {}, r[1], r[2])
  pcall(table.concat, {}, "", r[1], r[2])
  pcall(string.byte, "xyz", r[1], r[2])
  pcall(utf8.codepoint, "xyz", r[1], r[2])
end
assert(select("#", table.unpack({}, math.maxinteger - 1, math.maxinteger)) == 2)
print("ok")
