-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local co = coroutine.create(function() coroutine.yield() while true do end end)
coroutine.resume(co)
coroutine.resume(co)
