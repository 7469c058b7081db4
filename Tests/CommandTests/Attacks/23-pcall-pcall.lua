-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
while true do pcall(pcall, pcall, pcall, pcall, function() while true do end end) end
print("ESCAPED")
