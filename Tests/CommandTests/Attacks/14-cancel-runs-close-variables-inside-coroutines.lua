-- expect: exit 0
-- stdout: inner\nouter\ndone
local sso = require "sso"
local function guard(name) return setmetatable({}, { __close = function() print(name) end }) end
local task = sso.task.spawn(function()
  local x <close> = guard("outer")
  coroutine.wrap(function()
    local y <close> = guard("inner")
    sso.time.sleep(1000)
  end)()
end)
sso.time.sleep(0.01)
task:cancel()
pcall(task.join, task)
print("done")
