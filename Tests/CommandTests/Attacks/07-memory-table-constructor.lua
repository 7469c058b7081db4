-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local parts = {}
for i = 1, 100000 do parts[i] = "{1,2,3,4}" end
local f = assert(load("return {" .. table.concat(parts, ",") .. "}"))
local keep = {}
while true do keep[#keep + 1] = f() end
