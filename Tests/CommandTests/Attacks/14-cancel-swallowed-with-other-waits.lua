-- expect: exit 0
-- args: --timeout 20
-- stdout: done
local sso = require "sso"
local ok, e = pcall(sso.task.timeout, 0.05, function()
  while true do
    pcall(sso.task.all, { function() while true do pcall(sso.time.sleep, 1) end end })
  end
end)
assert(not ok and e.code == "Timeout", tostring(e))
print("done")
