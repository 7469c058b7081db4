-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
for i = math.mininteger, math.maxinteger do end
