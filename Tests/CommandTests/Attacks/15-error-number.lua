-- expect: exit 1
-- stderr: 12.5
error(12.5)
