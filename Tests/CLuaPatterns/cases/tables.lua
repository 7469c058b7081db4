-- concat, insert, move, pack, remove, sort, unpack: plain tables, metamethods, odd ranges; then random
-- lists, always the same ones.

-- A table whose every access goes through metamethods, and what was accessed.
function proxy(list)
  local log = {}
  local object = setmetatable({}, {
    __len = function() log[#log + 1] = "#" return #list end,
    __index = function(_, key) log[#log + 1] = "get " .. tostring(key) return list[key] end,
    __newindex = function(_, key, value)
      log[#log + 1] = "set " .. tostring(key)
      list[key] = value
    end,
  })
  return object, list, log
end

-- What `f` makes of a proxy of `list`: the result, the list and the accesses.
function through(f, list, ...)
  local object, under, log = proxy(list)
  local results = table.pack(pcall(f, object, ...))
  for i = 1, results.n do if results[i] == object then results[i] = "itself" end end
  return results, under, log
end

-- What `f` makes of `list`.
function on(f, list, ...)
  local results = table.pack(pcall(f, list, ...))
  for i = 1, results.n do if results[i] == list then results[i] = "itself" end end
  return results, list
end

-- Releases differ in whether the position is argument 1 or 2 of table.remove; it is the second.
function remove(list, ...)
  local results = table.pack(pcall(table.remove, list, ...))
  if results[1] then return table.unpack(results, 2, results.n) end
  error(type(results[2]) == "string" and results[2]:gsub("#1", "#2") or results[2], 0)
end

function lying(length) return setmetatable({}, { __len = function() return length end }) end

cases [==[
on(table.insert, { 1, 2, 3 }, 4)
on(table.insert, { 1, 2, 3 }, 1, 0)
on(table.insert, { 1, 2, 3 }, 4, 4)
on(table.insert, { 1, 2, 3 }, 5, 4)
on(table.insert, { 1, 2, 3 }, 0, 4)
on(table.insert, { 1, 2, 3 }, -1, 4)
on(table.insert, { 1, 2, 3 }, "2", 4)
on(table.insert, { 1, 2, 3 }, 2.5, 4)
on(table.insert, { 1, 2, 3 }, 2, nil)
on(table.insert, { 1, 2, 3 }, nil, 2)
on(table.insert, {}, nil)
on(table.insert, {})
on(table.insert, { 1 }, 1, 2, 3)
on(table.insert, { 1 }, math.maxinteger, 1)
on(table.insert, { 1 }, math.mininteger, 1)
pcall(table.insert, nil, 1)
pcall(table.insert, "x", 1)
pcall(table.insert)
through(table.insert, { 1, 2, 3 }, 2, 9)
through(table.insert, { 1, 2, 3 }, 9)
on(table.insert, lying(-5), 1)
on(table.insert, lying(2.5), 1)
on(table.insert, lying("3"), 1)
on(table.insert, lying({}), 1)
on(remove, { 1, 2, 3 })
on(remove, { 1, 2, 3 }, 1)
on(remove, { 1, 2, 3 }, 3)
on(remove, { 1, 2, 3 }, 4)
on(remove, { 1, 2, 3 }, 5)
on(remove, { 1, 2, 3 }, 0)
on(remove, {})
on(remove, {}, 0)
on(remove, {}, 1)
on(remove, {}, -1)
on(remove, { [0] = "zero" }, 0)
on(remove, { 1, 2, 3 }, "1")
on(remove, { 1, 2, 3 }, {})
on(remove, { 1, 2, 3 }, math.mininteger)
on(remove, { 1, 2, 3 }, math.maxinteger)
on(remove, lying(-1))
pcall(remove)
through(remove, { 1, 2, 3 }, 1)
through(remove, { 1, 2, 3 })
on(table.move, { 1, 2, 3 }, 1, 3, 2)
on(table.move, { 1, 2, 3 }, 2, 3, 1)
on(table.move, { 1, 2, 3 }, 1, 3, 3)
on(table.move, { 1, 2, 3 }, 1, 0, 5)
on(table.move, { 1, 2, 3 }, 1, 3, 1, {})
on(table.move, { 1, 2, 3 }, 1, 3, -3)
on(table.move, { 1, 2, 3 }, 1, 3, math.maxinteger)
on(table.move, { 1, 2, 3 }, 1, 3, math.maxinteger - 1)
on(table.move, { 1, 2, 3 }, 1, 3, math.maxinteger - 2)
on(table.move, { 1, 2, 3 }, math.maxinteger - 1, math.maxinteger, 1)
on(table.move, { 1, 2, 3 }, math.mininteger, math.mininteger + 1, 1)
on(table.move, { 1, 2, 3 }, 1, math.maxinteger, 2)
on(table.move, { 1, 2, 3 }, 0, math.maxinteger, 2)
on(table.move, { 1, 2, 3 }, math.mininteger, 0, 2)
on(table.move, { 1, 2, 3 }, 1, 3)
on(table.move, { 1, 2, 3 }, 1, 3, "x")
on(table.move, { 1, 2, 3 }, 1, 3, 1, 5)
pcall(table.move, nil, 1, 1, 1)
through(table.move, { 1, 2, 3 }, 1, 3, 2)
through(table.move, { 1, 2, 3 }, 2, 3, 1)
through(table.move, { 1, 2, 3 }, 1, 3, 1, {})
table.concat({})
table.concat({ 1, 2, 3 })
table.concat({ 1, 2.5, "x" }, ", ")
table.concat({ 1, 2, 3 }, ", ", 2)
table.concat({ 1, 2, 3 }, ", ", 2, 3)
table.concat({ 1, 2, 3 }, ", ", 3, 2)
table.concat({ 1, 2, 3 }, ", ", 3, 4)
table.concat({ 1, {}, 3 })
table.concat({ 1, nil, 3 }, "", 1, 3)
table.concat({ true })
table.concat({ 1, 2 }, 7)
table.concat({ 1, 2 }, {})
table.concat({ 1, 2 }, "", "1", "2")
table.concat({ 1, 2 }, "", 1.5)
table.concat({ [math.maxinteger] = "x" }, "", math.maxinteger, math.maxinteger)
table.concat({ [math.mininteger] = "x" }, "", math.mininteger, math.mininteger)
table.concat(5)
table.concat()
through(table.concat, { "a", "b" }, "-")
table.unpack({ 1, 2, 3 })
table.unpack({ 1, 2, 3 }, 2)
table.unpack({ 1, 2, 3 }, 2, 3)
table.unpack({ 1, 2, 3 }, 3, 2)
table.unpack({ 1, 2, 3 }, -1, 1)
table.unpack({}, math.maxinteger)
table.unpack({}, math.maxinteger, math.maxinteger)
table.unpack({}, math.mininteger, math.mininteger)
table.unpack({}, 1, 1e7)
table.unpack({}, 0, math.maxinteger)
table.unpack({}, math.mininteger, math.maxinteger)
table.unpack({}, "a")
table.unpack("abc", 1, 2)
table.unpack(nil)
table.unpack(5, 1, 0)
table.unpack(lying(2))
through(table.unpack, { 1, 2 })
table.pack()
table.pack(nil)
table.pack(1, nil, 3, nil)
on(table.sort, {})
on(table.sort, { 1 })
on(table.sort, { 2, 1 })
on(table.sort, { 3, 1, 2 })
on(table.sort, { "b", "a", "C", "" })
on(table.sort, { 3, 1, 2 }, function(a, b) return a > b end)
on(table.sort, { 1, "x" })
on(table.sort, { {}, {} })
on(table.sort, { 3, 1, 2 }, 5)
on(table.sort, { 1 }, 5)
on(table.sort, { 3, 1, 2 }, nil)
on(table.sort, { 3, 1, 2 }, function() error("mine", 0) end)
on(table.sort, { 1, 2, 3 }, function() end)
on(table.sort, { 2.5, 1, -0.0, 0 })
on(table.sort, lying(-1))
on(table.sort, lying(0))
pcall(table.sort)
pcall(table.sort, "x")
#table.pack(table.unpack({}, 1, 200))
select("#", table.unpack({}, 1, 5000))
]==]

-- A range above our limit is refused before it starts, in other words than the stock function's.
kinds [==[
table.unpack({}, 1, 1e8)
]==]

math.randomseed(20240301, 7)
local random = math.random

local function random_list()
  local list = {}
  for i = 1, random(0, 40) do list[i] = random(-9, 9) end
  return list
end

local function show_list(list) return table.concat(list, ",") end

-- Values all differ, so that there is one right order, whatever the algorithm.
local function shuffled(count)
  local list = {}
  for i = 1, count do list[i] = i end
  for i = count, 2, -1 do
    local j = random(i)
    list[i], list[j] = list[j], list[i]
  end
  return list
end

for round = 1, 400 do
  local list = random_list()
  local label = "{" .. show_list(list) .. "} "
  local from, to, at = random(-3, 45), random(-3, 45), random(-3, 45)
  local copy = table.move(list, 1, #list, 1, {})
  case(label .. "insert " .. at, on, table.insert, table.move(list, 1, #list, 1, {}), at, 99)
  case(label .. "remove " .. at, on, remove, table.move(list, 1, #list, 1, {}), at)
  case(label .. "move " .. from .. " " .. to .. " " .. at, on, table.move, copy, from, to, at)
  case(label .. "concat " .. from .. " " .. to, table.concat, list, "/", from, to)
  case(label .. "unpack " .. from .. " " .. to, table.unpack, list, from, to)
  case(label .. "sort", function() table.sort(list) return show_list(list) end)
  local long = shuffled(random(300))
  case("sort downwards " .. #long, function()
    table.sort(long, function(a, b) return a > b end)
    return show_list(long)
  end)
  if round % 20 == 0 then
    case("through a proxy " .. #long, function()
      local object, under = proxy(shuffled(50))
      table.sort(object)
      return show_list(under)
    end)
  end
end
