-- expect: exit 0
-- args: --timeout 60
-- stdout: ok
-- Each task starts the next one and waits for it in no way: ends must not recurse.
local sso = require "sso"
local function link(n)
  if n > 0 then sso.task.spawn(link, n - 1) end
end
link(20000)
sso.time.sleep(0.1)
print("ok")
