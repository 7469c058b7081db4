-- expect: exit 1
-- stdout: inner\nouter
-- stderr: over
local sso = require "sso"
local function guard(name) return setmetatable({}, { __close = function() print(name) end }) end
sso.task.spawn(function()
  local x <close> = guard("outer")
  coroutine.wrap(function()
    local y <close> = guard("inner")
    sso.time.sleep(1000)
  end)()
end)
sso.time.sleep(0.01)
error("over")
