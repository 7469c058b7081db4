-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
string.find(("a"):rep(3000000), ".-b")
