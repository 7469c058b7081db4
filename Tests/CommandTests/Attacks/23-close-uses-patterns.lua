-- expect: exit 7
-- args: --timeout 0.3
local x <close> = setmetatable({}, { __close = function()
  while true do pcall(string.find, ("a"):rep(1000), ("a*"):rep(50) .. "b") end
end })
while true do end
