-- expect: exit 0
-- args: --memory-limit 16MB
-- stdout: ok
-- 500 MB of garbage, and 6 MB in use: no limit is reached.
local keep = ("k"):rep(6000000)
for i = 1, 100 do local s = ("x"):rep(5000000) end
print("ok")
