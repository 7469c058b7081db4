pcall(coroutine.wrap(function() error("of another kind", 0) end))
error("other")
