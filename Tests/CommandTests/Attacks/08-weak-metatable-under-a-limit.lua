-- expect: exit 7
-- args: --memory-limit 8MB
-- stderr: memory limit
-- Lua before 5.4.8 frees the target of a __newindex held by a weak metatable when an allocation
-- fails in it.
local function fresh()
  local mt = setmetatable({}, { __mode = "kv" })
  local weak = setmetatable({}, { __mode = "v" })
  weak.__newindex = {}
  return setmetatable({}, weak)
end
local hold = {}
while true do
  local t = fresh()
  local ok = pcall(function()
    for i = 1, 100 do t[("k"):rep(1000) .. i] = ("v"):rep(1000) .. #hold end
  end)
  hold[#hold + 1] = ("x"):rep(20000) .. #hold
end
