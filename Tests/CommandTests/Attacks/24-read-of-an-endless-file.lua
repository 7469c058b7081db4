-- expect: exit 1
-- args: --allow-read=/dev/zero
-- stderr: at most
assert(assert(io.open("/dev/zero")):read("a"))
