-- expect: exit 1
-- stderr: xxxx
error(("xxxx\n"):rep(1000000))
