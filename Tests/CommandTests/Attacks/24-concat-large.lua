-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local t = setmetatable({}, { __index = function() return "" end, __len = function() return 1 << 23 end })
while true do table.concat(t) end
