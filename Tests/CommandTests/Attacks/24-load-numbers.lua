-- expect: exit 0
-- stdout: nil\t[string "5"]:1: unexpected symbol near '5'
-- A number is its text, as for stock Lua.
print(load(5))
