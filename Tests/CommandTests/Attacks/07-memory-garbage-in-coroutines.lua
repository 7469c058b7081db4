-- expect: exit 0
-- args: --memory-limit 8MB
-- stdout: ok
for i = 1, 3000 do
  local co = coroutine.wrap(function(s) for _ = 1, 3 do s = coroutine.yield(s .. s) end end)
  co(("x"):rep(10000)) co(("x"):rep(100000)) co(("x"):rep(50000))
end
print("ok")
