--- stopped: stars
string.find(("a"):rep(40), ("a*"):rep(40) .. "b")
--- stopped: shortest
string.match(("a"):rep(40), ("a-"):rep(40) .. "b")
--- stopped: options
string.gsub(("a"):rep(60), ("a?"):rep(60) .. ("a"):rep(60) .. "b", "")
--- stopped: captures that come back
string.find(("a"):rep(20000), "(a*)%1%1b")
--- stopped: balances that stay open
string.find(("("):rep(2000000), "%b()")
--- stopped: a set as long as the text
string.find(("a"):rep(1000000), "[" .. ("bc"):rep(500000) .. "]")
--- stopped: gmatch
for _ in string.gmatch(("a"):rep(50), ("a*"):rep(50) .. "b") do end
--- stopped: a callback
string.gsub("x", "x", function() while true do end end)
--- stopped: a comparator
table.sort({ 3, 2, 1 }, function() while true do end end)
--- stopped: sorting again and again
local t = {} for i = 1, 1000 do t[i] = i * 7919 % 1000 end
while true do table.sort(t) end
--- stopped: moves
while true do table.move({}, 1, 1 << 22, 1) end
--- stopped: a length that lies
local t = setmetatable({}, { __len = function() return 1 << 23 end, __index = function() return "" end })
while true do table.concat(t) end
--- stopped: inserting at the start
local t = {} for i = 1, 100000 do t[i] = i end
while true do table.insert(t, 1, 0) table.remove(t, 1) end
--- stopped: a reader
while true do load(function() return "a=1 " end) end
--- stopped: small coroutines
while true do coroutine.wrap(function() for i = 1, 50 do end end)() end
--- stopped: a close variable
local x <close> = setmetatable({}, { __close = function() while true do end end })
while true do end
--- memory: doubling
local s = "x" while true do s = s .. s end
--- memory: tables in pcall
while true do pcall(function() local t = {} while true do t[#t + 1] = {} end end) end
--- memory: what a close variable keeps
local t = {}
local x <close> = setmetatable({}, { __close = function() t = nil end })
while true do t[#t + 1] = ("x"):rep(1000) .. #t end
--- refused: garbage is no memory in use
for _ = 1, 10 do local s = ("x"):rep(10000000) end
--- refused: rep
assert(not pcall(string.rep, "x", 1 << 40))
assert(string.rep("", math.maxinteger) == "")
--- refused: ranges
assert(not pcall(table.move, {}, 1, math.maxinteger, 2))
assert(not pcall(table.concat, {}, "", 1, math.maxinteger))
assert(not pcall(table.unpack, {}, math.mininteger, math.maxinteger))
--- refused: deep texts
for _, s in ipairs { "(", "{", "not ", "- ", "function() return " } do assert(not load("return " .. s:rep(100000))) end
--- refused: a pattern too deep
assert(not pcall(string.find, ("a"):rep(1000), ("a?"):rep(1000)))
--- refused: errors in error handling
assert(not xpcall(error, function(m) error(m) end, "x"))
--- refused: coroutines that close one another
local co
for _ = 1, 10000 do
  local inner = co
  co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function() if inner then coroutine.close(inner) end end })
    coroutine.yield()
  end)
  coroutine.resume(co)
end
coroutine.close(co)
--- stopped: a close variable around pcall
local x <close> = setmetatable({}, { __close = function() while true do end end })
while true do pcall(function() while true do end end) end
--- stopped: a close variable around a coroutine in pcall
local x <close> = setmetatable({}, { __close = function() while true do end end })
pcall(coroutine.wrap(function()
  local y <close> = setmetatable({}, { __close = function() while true do end end })
  pcall(function() while true do end end)
end))
--- stopped: recursion through pcall
local function f() pcall(f) return f() end
while true do local ok = coroutine.wrap(function() for _ = 1, 100 do pcall(string.rep, "x", 10) end end)() end
