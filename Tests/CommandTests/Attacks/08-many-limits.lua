-- expect: exit 7
-- args: --memory-limit 1MB
-- stderr: memory limit
local hold = {}
while true do
  local weak = setmetatable({}, { __mode = "v" })
  weak.__newindex = {}
  pcall(function() setmetatable({}, weak)[("k"):rep(300)] = ("v"):rep(300) .. #hold end)
  hold[#hold + 1] = {}
end
