-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local keep = {}
local x <close> = setmetatable({}, { __close = function()
  for i = 1, math.huge do keep[i] = ("y"):rep(1000) .. i end
end })
while true do keep[#keep + 1] = ("x"):rep(1000) .. #keep end
