-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local closing = setmetatable({}, { __close = function() while true do end end })
for _ in function() return 1 end, nil, nil, closing do break end
