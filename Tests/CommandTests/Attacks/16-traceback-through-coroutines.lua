-- expect: exit 1
-- stderr: in a coroutine
coroutine.wrap(function() coroutine.wrap(function() error("deep") end)() end)()
