-- expect: exit 0
-- args: --allow-read=/dev/zero
-- stdout: nil
print((assert(io.open("/dev/zero")):read("n")))
