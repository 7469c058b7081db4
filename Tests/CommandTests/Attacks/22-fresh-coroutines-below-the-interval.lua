-- expect: exit 7
-- args: --instruction-limit 1000000
-- stderr: instruction limit
-- Each coroutine runs less than one interval of the hook.
while true do coroutine.wrap(function() for i = 1, 1000 do end end)() end
