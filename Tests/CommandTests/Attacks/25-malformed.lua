-- expect: exit 0
-- stdout: ok
for _, p in ipairs { "%", "[", "[^", "[]", "[a", "[%", "[%]", "[a-", "(", ")", "(()", "%1", "%0", "%b", "%bx", "%f", "%fx", "%f[", "(%1)", ("("):rep(40),
    ("()"):rep(40), ("(a"):rep(33) .. (")"):rep(33), ("a?"):rep(300), "\0", "[\0]", "%\0", "[^\0-\xff]", "%z%Z", "^^$$", "$", "^", "^*", "*", "+a", "-", "?" } do
  for _, s in ipairs { "", "a", "\0", ("a"):rep(300), "(()" } do
    pcall(string.find, s, p) pcall(string.match, s, p) pcall(string.gsub, s, p, "%0%1") pcall(string.gsub, s, p, "%")
    pcall(function() for _ in string.gmatch(s, p) do end end)
    for _, i in ipairs { math.mininteger, math.maxinteger, -1, 0, 2, 301 } do pcall(string.find, s, p, i) pcall(string.gmatch, s, p, i) pcall(string.gsub, s, p, "", i) end
  end
end
print("ok")
