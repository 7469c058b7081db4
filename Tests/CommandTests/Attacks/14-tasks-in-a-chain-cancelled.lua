-- expect: exit 0
-- args: --timeout 60
-- stdout: ok
local sso = require "sso"
local last
local function link(n)
  if n > 0 then sso.task.spawn(link, n - 1) end
  if n == 0 then last = true end
  sso.time.sleep(1000)
end
local root = sso.task.spawn(link, 20000)
while not last do sso.time.sleep(0.01) end
root:cancel()
pcall(root.join, root)
print("ok")
