-- expect: exit 1
-- stderr: after
error("before\0after", 0)
