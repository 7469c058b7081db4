-- expect: exit 7
-- args: --instruction-limit 1000000
-- stderr: instruction limit
string.match(("a"):rep(50), ("a*"):rep(50) .. "b")
