-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
while true do
  local co = coroutine.wrap(function() for i = 1, 100 do coroutine.yield(i) end end)
  for i = 1, 100 do co() end
end
