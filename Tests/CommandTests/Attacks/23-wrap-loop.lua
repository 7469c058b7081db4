-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
while true do pcall(coroutine.wrap(function() while true do pcall(coroutine.wrap(function() while true do end end)) end end)) end
