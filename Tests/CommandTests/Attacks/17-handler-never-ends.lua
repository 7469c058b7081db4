-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
xpcall(error, function() while true do end end, "x")
