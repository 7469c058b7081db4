-- expect: exit 0
-- stdout: false
print((pcall(string.match, ("a"):rep(300000), ("a?"):rep(300000) .. "b")))
