-- expect: exit 7
-- args: --memory-limit 64MB
-- stderr: the memory limit was reached and the script did not stop
-- One instruction asks for 200 times what there is: only the ceiling can answer.
local s = ("x"):rep(30000000)
local names = {}
for i = 1, 150 do names[i] = "s" end
local f = assert(load("local s = ... return " .. table.concat(names, "..")))
pcall(f, s)
print("ESCAPED")
