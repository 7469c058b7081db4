-- expect: exit 0
-- args: --memory-limit 16MB
-- stdout: resulting string too large: more than half the memory limit
local s = ("x"):rep(100000)
local ok, e = pcall(string.gsub, s, "x", ("y"):rep(10000))
print(e)
