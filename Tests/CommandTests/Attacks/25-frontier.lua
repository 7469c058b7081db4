-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
while true do string.find(("a"):rep(1000000), "%f[b]") end
