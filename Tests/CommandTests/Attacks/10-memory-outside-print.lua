-- expect: exit 1
-- stderr: too large
local s = ("x"):rep(30000000)
local t = {}
for i = 1, 1000 do t[i] = s end
io.write(table.unpack(t))
