-- expect: exit 130
-- signal: INT
-- stdout: inner\nclosed
local x <close> = setmetatable({}, { __close = function() print("closed") end })
coroutine.wrap(function()
  local y <close> = setmetatable({}, { __close = function() print("inner") end })
  print("ready")
  while true do end
end)()
