local thread = coroutine.wrap(function() local x = nil; return x.y end)
thread()
