-- expect: exit 0
-- args: --timeout 20
-- The script ends as it asked to, within the grace.
local x <close> = setmetatable({}, { __close = function() while true do end end })
table.sort({ 3, 2, 1 }, function() os.exit(0) end)
