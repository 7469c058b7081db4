-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local mt = { __close = function() while true do end end }
coroutine.wrap(function()
  local x <close> = setmetatable({}, mt)
  coroutine.wrap(function()
    local y <close> = setmetatable({}, mt)
    while true do end
  end)()
end)()
