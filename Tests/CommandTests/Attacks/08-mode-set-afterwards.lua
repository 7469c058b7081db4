-- expect: exit 7
-- args: --memory-limit 8MB
-- stderr: memory limit
local hold = {}
while true do
  local mt = {}
  local t = setmetatable({}, mt)
  mt.__mode = "k"
  mt.__newindex = setmetatable({}, { __mode = "kv" })
  for i = 1, 50 do t[i] = { i } end
  hold[#hold + 1] = ("x"):rep(5000) .. #hold
end
