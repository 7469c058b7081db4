-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
while true do pcall(string.rep, "x", 30000000) end
