-- expect: exit 0
-- args: --allow-net=* --endpoint-url=http://192.0.2.1
-- stdout: ok
local sso = require "sso"
for i = 1, 20 do
  sso.task.spawn(function()
    pcall(sso.task.timeout, 0.05, function()
      sso.client { region = "us-east-1", retries = 1 }:register_client { clientName = "a", clientType = "public" }
    end)
  end)
  local garbage = {}
  for j = 1, 2000 do garbage[j] = { j } end
end
sso.time.sleep(0.2)
print("ok")
