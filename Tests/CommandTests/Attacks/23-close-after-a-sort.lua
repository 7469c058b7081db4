-- expect: exit 7
-- args: --timeout 0.3
-- A hook that raises leaves hooks switched off: the close variable must not run for ever.
local x <close> = setmetatable({}, { __close = function() while true do end end })
table.sort({ 3, 2, 1 }, function() while true do end end)
