-- expect: exit 130
-- signal: INT
print("ready")
xpcall(error, function() while true do end end)
