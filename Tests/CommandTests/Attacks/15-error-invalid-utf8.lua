-- expect: exit 1
-- stderr: bad
error("bad \xff\xfe\xc0\x80 bytes", 0)
