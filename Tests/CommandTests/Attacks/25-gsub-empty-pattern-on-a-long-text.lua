-- expect: exit 0
-- stdout: 1000001
print(select(2, string.gsub(("a"):rep(1000000), "", "")))
