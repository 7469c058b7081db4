-- expect: exit 7
-- args: --instruction-limit 1000000
-- stderr: instruction limit
while true do table.move({}, 1, 10000000, 1) end
