-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
repeat local x = function() return x end until false
