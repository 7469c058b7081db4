-- expect: exit 130
-- signal: INT
-- stdout: closed
local x <close> = setmetatable({}, { __close = function() print("closed") end })
do
  local y <close> = setmetatable({}, { __close = function() print("ready") while true do end end })
end
