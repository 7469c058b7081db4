-- expect: exit 1
-- stderr: oops
load("error('oops')", "@\27[2Jname\0\255")()
