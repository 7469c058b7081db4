-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local set = "[" .. ("bc"):rep(500000) .. "]"
string.find(("a"):rep(1000000), set)
