-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
error(setmetatable({}, { __tostring = function()
  local t = {}
  for i = 1, math.huge do t[i] = ("y"):rep(1000) .. i end
end }))
