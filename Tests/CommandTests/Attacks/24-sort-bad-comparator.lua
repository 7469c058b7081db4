-- expect: exit 0
-- stdout: ok
local t = {}
for i = 1, 1000 do t[i] = i % 7 end
pcall(table.sort, t, function() return true end)
pcall(table.sort, t, function() return false end)
pcall(table.sort, t, function(a, b) return a <= b end)
pcall(table.sort, t, function(a, b) t[math.random(1000)] = nil return true end)
pcall(table.sort, t, function(a, b) t[#t + 1] = 1 return math.random() < 0.5 end)
pcall(table.sort, t, 5)
pcall(table.sort, { 1, "x", {}, print })
print("ok")
