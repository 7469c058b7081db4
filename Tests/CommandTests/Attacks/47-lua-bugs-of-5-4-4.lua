-- expect: exit 0
-- stdout: ok
-- Upstream's own cases of bugs found after 5.4.4.
assert(not pcall(function() for _ in utf8.codes("ab\xff") do end end))
pcall(string.packsize, ("c2147483647"):rep(1) .. "c100")
local function closer() return setmetatable({}, { __close = function() end }) end
for i = 1, 100 do
  for j = 1, 3 do local x <close> = closer() if j == 2 then break end goto continue ::continue:: end
end
for k, v in (function() return next, { 1, 2, 3 }, nil, closer() end)() do if k == 2 then break end end
local co = coroutine.wrap(function() local x <close> = closer() coroutine.yield(table.unpack({}, 1, 200)) return table.unpack({}, 1, 200) end)
co() co()
local t = setmetatable({}, { __lt = function() return true end, __concat = function(a, b) return "c" end })
for i = 1, 250 do local s = t .. ("x"):rep(i) .. t .. "y" .. i end
assert(not pcall(function() local a <close> = 42 end))
-- C stack overflow while the Lua stack overflows
local function loop(x, y, z) return 1 + loop(x, y, z) end
local co2 = coroutine.wrap(function() local ok, m = pcall(string.gsub, "a", "a", function() error(("x"):rep(10)) end) return ok end)
assert(co2() == false)
print("ok")
