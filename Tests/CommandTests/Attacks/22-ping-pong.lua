-- expect: exit 7
-- args: --instruction-limit 1000000
-- stderr: instruction limit
local co = coroutine.wrap(function() while true do coroutine.yield() end end)
while true do co() end
