-- api-docs.lua - turns the JSON of `ssoscript api` on standard input into docs/lua-api.md.

local sso = require "sso"
local api = sso.json.decode(io.read "a")

local function out(...) print(string.format(...)) end

local function parameter(p)
  local line = ("- `%s`: %s"):format(p.name, p.type)
  if p.default ~= sso.null then
    line = line .. (", default `%s`"):format(p.default)
  elseif not p.required then
    line = line .. ", optional"
  end
  if p.secret then line = line .. ", secret" end
  return p.summary == "" and line or ("%s. %s"):format(line, p.summary)
end

local function page(f)
  out("\n### `%s`\n\n%s\n", f.signature, f.summary)
  for _, p in ipairs(f.parameters) do print(parameter(p)) end
  if f.results ~= "" then out("- Gives: %s", f.results) end
  if #f.errors > 0 then out("- Errors: %s", table.concat(f.errors, ", ")) end
  if f.permission ~= "none" then out("- Permission: `--allow-%s`", f.permission) end
  if f.suspends then print "- Suspends: other tasks run meanwhile" end
  if f.example ~= "" then out("\n```lua\n%s\n```", f.example) end
end

print [[
# Lua API

Every function and constant that `ssoscript` adds to Lua or gives its own meaning, made by
`scripts/api-docs` from their declarations. `name{ … }` takes one table of named arguments,
`name(…)` takes them in order; those in brackets may be left out. What the members of the AWS
operations mean stands in [following-boto3.md](following-boto3.md), and how errors, permissions and
tasks work in [scripts.md](scripts.md).]]

local container
for _, f in ipairs(api.functions) do
  if f.container ~= container then
    container = f.container
    out("\n## %s", container == "_G" and "Globals" or container)
  end
  page(f)
end

print "\n## Constants\n"
for _, c in ipairs(api.constants) do
  out("- `%s`: `%s`. %s", c.name, c.value, c.summary)
end
