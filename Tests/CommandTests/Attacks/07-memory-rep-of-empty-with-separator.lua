-- expect: exit 0
-- stdout: ok
assert(not pcall(string.rep, "", math.maxinteger, "x"))
assert(not pcall(string.rep, "x", math.maxinteger))
assert(not pcall(string.rep, "x", math.maxinteger, "x"))
assert(not pcall(string.rep, "xx", math.maxinteger // 2 + 1))
assert(string.rep("x", math.mininteger) == "")
assert(string.rep("", math.maxinteger) == "")
print("ok")
