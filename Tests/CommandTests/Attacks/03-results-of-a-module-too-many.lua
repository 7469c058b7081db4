-- expect: exit 0
-- stdout: ok
local many = {}
for i = 1, 200000 do many[i] = i end
local co = coroutine.wrap(function() return table.unpack(many) end)
assert(select("#", co()) == 200000)
assert(select("#", pcall(table.unpack, many)) == 200001)
assert(select("#", coroutine.resume(coroutine.create(table.unpack), many)) == 200001)
print("ok")
