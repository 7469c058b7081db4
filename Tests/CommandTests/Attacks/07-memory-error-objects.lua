-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local keep = {}
while true do
  local _, e = pcall(error, ("x"):rep(100000) .. #keep)
  keep[#keep + 1] = e
end
