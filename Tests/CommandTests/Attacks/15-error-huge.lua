-- expect: exit 1
-- stderr: xxxx
error(("x"):rep(10000000))
