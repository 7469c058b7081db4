-- expect: exit 7
-- args: --timeout 1
-- stderr: time limit
local t = {}
local step = (1 << 20) - 1
while true do
  for i = 1, 100000 do t[i * step] = i end
  for i = 1, 100000 do local _ = t[i * step + (1 << 52)] end
end
