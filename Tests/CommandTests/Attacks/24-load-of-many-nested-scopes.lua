-- expect: exit 7
-- args: --timeout 0.5
-- The compiler looks a global up through all scopes: hooks do not see it.
local parts = {}
for level = 1, 150 do
  parts[#parts + 1] = "local function f" .. level .. "() "
  for i = 1, 190 do parts[#parts + 1] = "local l" .. i .. " " end
end
parts[#parts + 1] = ("x=x "):rep(150000)
local source = table.concat(parts) .. ("end "):rep(150)
while true do load(source) end
