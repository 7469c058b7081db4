-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
while true do pcall(load, function() return "a=1 " end) end
