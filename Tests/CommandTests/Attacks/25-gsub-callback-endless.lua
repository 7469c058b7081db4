-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
string.gsub(("a"):rep(100), "a", function() while true do end end)
