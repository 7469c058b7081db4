-- expect: exit 7
-- args: --instruction-limit 1000000
-- stderr: instruction limit
while true do end
