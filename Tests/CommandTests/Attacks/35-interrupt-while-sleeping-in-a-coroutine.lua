-- expect: exit 130
-- signal: INT
-- stdout: inner\nclosed
local sso = require "sso"
local x <close> = setmetatable({}, { __close = function() print("closed") end })
coroutine.wrap(function()
  local y <close> = setmetatable({}, { __close = function() print("inner") end })
  print("ready")
  while true do pcall(sso.time.sleep, 1000) end
end)()
