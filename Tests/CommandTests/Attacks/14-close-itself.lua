-- expect: exit 0
-- stdout: ok
local co
co = coroutine.create(function() return pcall(coroutine.close, co) end)
local _, ok, why = coroutine.resume(co)
assert(not ok and why == "cannot close a running coroutine")
assert(not pcall(coroutine.close, (coroutine.running())))
print("ok")
