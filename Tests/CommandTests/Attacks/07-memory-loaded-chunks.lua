-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local source = "return '" .. ("x"):rep(500000) .. "'"
local keep = {}
while true do keep[#keep + 1] = assert(load(source .. " .. '" .. #keep .. "'")) end
