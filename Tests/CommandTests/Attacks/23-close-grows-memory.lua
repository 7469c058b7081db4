-- expect: exit 7
-- args: --timeout 0.3 --memory-limit 16MB
local x <close> = setmetatable({}, { __close = function() local s = "x" while true do s = s .. s end end })
while true do end
