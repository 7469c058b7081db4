-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local mt = { __close = function() while true do pcall(function() while true do end end) end end }
local x <close> = setmetatable({}, mt)
while true do end
