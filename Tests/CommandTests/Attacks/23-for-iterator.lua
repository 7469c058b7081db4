-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
for _ in function() return 1 end do end
