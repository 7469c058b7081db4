-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
while true do local _ = tostring(1e308) .. tostring(5e-324) .. 0.1 end
