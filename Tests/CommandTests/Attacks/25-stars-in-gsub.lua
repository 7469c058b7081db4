-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
string.gsub(("a"):rep(50), ("a-"):rep(50) .. "b", "")
