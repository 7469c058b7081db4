-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
for _ in string.gmatch(("a"):rep(50), ("a?"):rep(20) .. ("a*"):rep(20) .. "b") do end
