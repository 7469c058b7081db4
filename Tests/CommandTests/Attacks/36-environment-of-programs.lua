-- expect: exit 0
-- args: --allow-run=env
-- stdout: 0
local r = io.popen { "env" }
print(r.status)
