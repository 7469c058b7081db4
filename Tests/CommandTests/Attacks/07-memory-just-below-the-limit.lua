-- expect: exit 0
-- args: --memory-limit 16MB
-- stdout: ok
-- Collections near the limit must not eat all the time.
local keep = {}
for i = 1, 120 do keep[i] = ("k"):rep(100000) .. i end
for i = 1, 200000 do local t = { i } end
print("ok")
