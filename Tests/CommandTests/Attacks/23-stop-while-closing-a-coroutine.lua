-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local co = coroutine.create(function()
  local x <close> = setmetatable({}, { __close = function() while true do end end })
  coroutine.yield()
end)
coroutine.resume(co)
pcall(coroutine.close, co)
