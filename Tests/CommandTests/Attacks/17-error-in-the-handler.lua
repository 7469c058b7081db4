-- expect: exit 0
-- stdout: false
print((xpcall(error, function() error("again") end, "x")))
