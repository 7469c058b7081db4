-- expect: exit 0
-- stdout: ok
local it = ("a b c d"):gmatch("%w")
local co = coroutine.wrap(function() coroutine.yield(it()) coroutine.yield(it()) end)
assert(co() == "a" and it() == "b" and co() == "c" and it() == "d" and it() == nil and it() == nil)
print("ok")
