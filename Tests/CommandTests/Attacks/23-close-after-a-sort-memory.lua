-- expect: exit 7
-- args: --memory-limit 4MB
local x <close> = setmetatable({}, { __close = function() while true do end end })
table.sort({ 3, 2, 1 }, function() local t = {} while true do t[#t + 1] = {} end end)
