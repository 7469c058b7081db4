-- expect: exit 0
-- args: --memory-limit 8MB
-- stdout: 5 refused
local s = ("x"):rep(3 << 20)
local makers = {
  function() return ("x"):rep(5 << 20) end, function() return ("%s%s"):format(s, s) end,
  function() return s:gsub("^x", s) end, function() return ("zz"):pack(s, s) end,
  function() return table.concat { s, s } end,
}
local refused = 0
for _, make in ipairs(makers) do
  local _, e = pcall(make)
  if e:find("resulting string too large: more than half the memory limit", 1, true) then refused = refused + 1 end
end
print(refused .. " refused")
