-- expect: exit 0
-- stdout: ok
local big = ("ä"):rep(4000000)
assert(utf8.len(big) == 4000000)
utf8.offset(big, math.maxinteger)
utf8.offset(big, -3999999)
pcall(utf8.offset, big, math.mininteger)
pcall(utf8.offset, big, 1, math.mininteger)
pcall(utf8.codepoint, big, 1, -1)
pcall(utf8.codepoint, big, math.mininteger, math.maxinteger)
pcall(utf8.char, math.maxinteger)
pcall(utf8.char, -1)
assert(#utf8.char(0x7fffffff) == 6)
for s in pairs { ["\xff"] = 1, ["\xc3"] = 1, ["\x80\x80"] = 1, ["\xf0\x80\x80\x80"] = 1, ["a\xc3"] = 1, ["\xed\xa0\x80"] = 1, ["ab\x80"] = 1 } do
  pcall(function() for _ in utf8.codes(s) do end end)
  pcall(function() for _ in utf8.codes(s, true) do end end)
  pcall(utf8.len, s, 1, -1, true)
  pcall(utf8.codepoint, s, 1, -1, true)
end
print("ok")
