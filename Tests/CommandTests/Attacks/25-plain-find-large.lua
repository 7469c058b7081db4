-- expect: exit 7
-- args: --timeout 0.5
-- stderr: time limit
local s = ("a"):rep(30000000)
local n = ("a"):rep(10000000) .. "b"
while true do string.find(s, n, 1, true) end
