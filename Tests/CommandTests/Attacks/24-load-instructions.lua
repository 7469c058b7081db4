-- expect: exit 7
-- args: --instruction-limit 5000000
-- stderr: the instruction limit was reached
-- The compiler works, and no hook counts it.
local text = "--" .. ("-"):rep(1000000)
for _ = 1, 100 do load(text) end
