-- harness.lua - runs one file of cases (the argument) and writes down, line by line, what each gave.
--
-- Runs unchanged in the stock interpreter and in ours. Addresses are the one thing that may differ.

local source = ...
local lines = {}

local function escape(text)
  local shown = text:gsub("[^ -~]", function(byte) return ("\\%03d"):format(byte:byte()) end)
  -- the frontier keeps long words from being tried at each of their letters
  return (shown:gsub("%f[%a](%a+): 0x%x+", "%1: @"):gsub("%f[%a](%a+): #%d+", "%1: @"))
end

local function show(value, depth)
  local kind = math.type(value) or type(value)
  if kind == "float" then return ("%a"):format(value) end
  if kind == "string" then return '"' .. escape(value) .. '"' end
  if kind ~= "table" then
    return (kind == "integer" or kind == "boolean" or kind == "nil") and tostring(value) or kind
  end
  if depth == 0 then return "{...}" end
  local members = {}
  for key, member in next, value do
    members[#members + 1] = show(key, 0) .. "=" .. show(member, depth - 1)
  end
  table.sort(members)
  return "{" .. table.concat(members, " ") .. "}"
end

local function show_all(...)
  local shown = {}
  for i = 1, select("#", ...) do shown[i] = show((select(i, ...)), 3) end
  return table.concat(shown, ", ")
end

-- Writes down all results of `f`, or its error.
function case(label, f, ...)
  lines[#lines + 1] = escape(label) .. " -> " .. show_all(pcall(f, ...))
end

local function each_expression(text, write)
  for expression in text:gmatch("[^\n]+") do
    local f, message = load("return " .. expression, "=case")
    write(expression, f or function() error(message, 0) end)
  end
end

-- Each line of `text` is an expression, and a case.
function cases(text) each_expression(text, case) end

-- The same where our words differ from the stock ones on purpose: an error is an error.
function kinds(text)
  each_expression(text, function(expression, f)
    case(expression, function()
      local results = table.pack(pcall(f))
      if not results[1] then return "error", math.type(results[2]) or type(results[2]) end
      return table.unpack(results, 2, results.n)
    end)
  end)
end

assert(load(source, "=cases"))()
return table.concat(lines, "\n")
