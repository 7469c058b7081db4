-- expect: exit 1
-- stderr: flow.lua:3: file (
error(io.stdout)
