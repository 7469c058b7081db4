-- Random patterns over a small alphabet, always the same ones. Sound and malformed pieces mix; a
-- subject is short, because the stock matcher has no budget.

math.randomseed(20240229, 5)
local random = math.random

local singles = { "a", "b", ".", "%a", "%u", "%d", "%s", "%z", "[ab]", "[^a]", "[a-c1]", "[%a_]",
  "[^%d ]", "[]a]", "[^]]", "%.", "%%", "A", "1", " " }
local suffixes = { "", "", "", "*", "+", "-", "?" }
local specials = { "(", ")", "()", "(", ")", "%1", "%2", "%bab", "%b()", "%f[a]", "%f[^a]",
  "%f[%z]", "$", "^" }
local broken = { "%", "[", "[a", "[^", "%b", "%ba", "%f", "%fa", "(()", "%0", "%9", "]", "\0" }
local bytes = { "a", "b", "a", "b", "A", "1", " ", "(", ")", ".", "]", "%", "\0", "\xe4" }
local replacements = { "", "x", "<%0>", "%1", "%2%1", "%%", "%", "%x", "%9" }

local function one_of(list) return list[random(#list)] end

local function piece()
  local kind = random(40)
  if kind == 1 then return one_of(broken) end
  if kind <= 14 then return one_of(specials) end
  return one_of(singles) .. one_of(suffixes)
end

local function join(f, count)
  local parts = {}
  for i = 1, count do parts[i] = f() end
  return table.concat(parts)
end

local function random_pattern() return (random(6) == 1 and "^" or "") .. join(piece, random(0, 6)) end
local function random_subject() return join(function() return one_of(bytes) end, random(0, 12)) end

local function all(...)
  local found = {}
  for a, b in string.gmatch(...) do found[#found + 1] = { a, b or false } end
  return found
end

for _ = 1, 6000 do
  local subject, pattern, init = random_subject(), random_pattern(), random(-14, 14)
  local label = subject .. " ~ " .. pattern .. " @ " .. init
  local replacement, most = one_of(replacements), random(-1, 4)
  case("find " .. label, string.find, subject, pattern, init)
  case("match " .. label, string.match, subject, pattern, init)
  case("gmatch " .. label, all, subject, pattern, init)
  case("gsub " .. label .. " -> " .. replacement, string.gsub, subject, pattern, replacement)
  case("gsub, at most " .. most, string.gsub, subject, pattern, string.upper, most)
  case("plain " .. label, string.find, subject, pattern, init, true)
end
