-- expect: exit 0
-- args: --allow-write=out
-- file: out/x x
-- file: other.txt keep
-- stdout: ok
assert(io.open("out/new.txt", "w"))
assert(not pcall(io.open, "new.txt", "w"))
assert(not pcall(io.open, "out/new.txt", "r") or true)
assert(not pcall(os.remove, "other.txt"))
print("ok")
