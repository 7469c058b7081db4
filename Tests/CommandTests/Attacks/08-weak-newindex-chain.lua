-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local hold = {}
for round = 1, math.huge do
  local mt = setmetatable({}, { __mode = "v" })
  mt.__newindex = setmetatable({}, mt)
  mt.__index = mt.__newindex
  local t = setmetatable({}, mt)
  pcall(function() t[round] = { ("x"):rep(round % 5000) } end)
  pcall(function() t[{}] = function() return t end end)
  hold[round] = ("x"):rep(2000) .. round
end
