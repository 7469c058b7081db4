-- expect: exit 0
-- stdout: table: #1\ntable: #2\ntable: #1\nfunction: #3
local a, b = {}, {}
print(a) print(b) print(a) print(print)
