-- expect: exit 0
-- stdout: 40
local function fill(count)
  local list = {}
  for i = 1, count do list[i] = ("x"):rep(1 << 20) .. i end
  return list
end
pcall(coroutine.wrap(function() error(fill(35)) end))
print(#fill(40))
