-- expect: exit 7
-- args: --instruction-limit 100000
-- stderr: instruction limit
xpcall(function() while true do end end, function() print("ESCAPED") while true do end end)
