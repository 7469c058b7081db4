-- expect: exit 1
-- stderr: userdata
error(io.stdout)
