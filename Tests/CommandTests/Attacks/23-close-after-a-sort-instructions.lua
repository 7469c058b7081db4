-- expect: exit 7
-- args: --instruction-limit 1000000
local x <close> = setmetatable({}, { __close = function() while true do end end })
table.sort({ 3, 2, 1 }, function() while true do end end)
