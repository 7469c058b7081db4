-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
while true do pcall(function() local s = "x" while true do s = s .. s end end) end
