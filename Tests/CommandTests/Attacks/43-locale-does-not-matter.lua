-- expect: exit 0
-- env: LC_ALL=de_DE.UTF-8
-- env: LANG=tr_TR.UTF-8
-- stdout: 1.5\ttrue\ti\tfalse
print(1.5, ("a\0b") < ("a\0c"), ("I"):lower(), ("ä"):find("%a") ~= nil)
