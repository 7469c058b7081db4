-- expect: exit 130
-- signal: INT
local parts = {}
for level = 1, 150 do
  parts[#parts + 1] = "local function f" .. level .. "() "
  for i = 1, 190 do parts[#parts + 1] = "local l" .. i .. " " end
end
parts[#parts + 1] = ("x=x "):rep(150000)
local source = table.concat(parts) .. ("end "):rep(150)
print("ready")
while true do load(source) end
