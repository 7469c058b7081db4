-- expect: exit 0
-- args: --timeout 60
-- stdout: ok
local sso = require "sso"
local values = { 0, -1, 1.5, "", "x", "\0\255", true, {}, { 1 }, { x = 1 }, type, coroutine.create(type), sso.null, io.stderr, math.huge, math.mininteger, setmetatable({}, { __index = error }) }
local skip = { exit = true, spawn = true, sleep = true, prompt = true, prompt_hidden = true, read = true, open = true, lines = true }
local function try(f)
  pcall(f)
  for _, a in ipairs(values) do
    pcall(f, a)
    for _, b in ipairs(values) do pcall(f, a, b) end
  end
end
local function walk(t, seen)
  if seen[t] then return end
  seen[t] = true
  for name, v in pairs(t) do
    if type(v) == "function" and not skip[name] and t ~= sso.log then try(v) elseif type(v) == "table" then walk(v, seen) end
  end
end
local safe = require "sso.safe"
walk(sso, {})
walk(safe, { [safe.log] = true })
walk(os, {})
io.write("ok\n")
