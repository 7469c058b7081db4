-- expect: exit 7
-- args: --memory-limit 8MB
-- stderr: memory limit
local keep = {}
local co = coroutine.create(function()
  local x <close> = setmetatable({}, { __close = function() while true do keep[#keep + 1] = {} end end })
  coroutine.yield()
end)
coroutine.resume(co)
pcall(coroutine.close, co)
