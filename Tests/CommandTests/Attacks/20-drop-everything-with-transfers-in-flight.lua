-- expect: exit 7
-- args: --timeout 0.5 --allow-net=*
-- stderr: time limit
local sso = require "sso"
for i = 1, 50 do
  sso.task.spawn(function()
    while true do pcall(sso.http.get, "http://192.0.2.1/") end
  end)
end
sso.time.sleep(1000)
