-- expect: exit 0
-- stdout: ok
for _, v in ipairs { 1, true, {}, print, ("x"):rep(100000) } do debug.traceback(v) end
debug.traceback(coroutine.create(print), "x", -1)
debug.traceback("x", math.maxinteger)
debug.traceback("x", math.mininteger)
pcall(debug.traceback, "x", {})
pcall(debug.traceback, nil, nil, nil)
print("ok")
