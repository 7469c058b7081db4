-- expect: exit 0
-- stdout: ok
local sso = require "sso"
local function wait() sso.time.sleep(0.001) return 7 end
local t = setmetatable({}, { __index = wait, __newindex = wait, __call = wait, __len = wait,
  __eq = wait, __lt = wait, __le = wait, __concat = wait, __unm = wait, __add = wait, __bnot = wait,
  __close = wait, __idiv = wait })
local u = setmetatable({}, getmetatable(t))
assert(t.x == 7 and t() == 7 and #t == 7 and (t == u) and (t < u) and (t <= u))
assert(t .. "x" == 7 and -t == 7 and t + 1 == 7 and ~t == 7 and t // 2 == 7)
t.y = 1
do local c <close> = t end
print("ok")
