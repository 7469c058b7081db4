-- expect: exit 7
-- args: --timeout 0.3
-- stderr: time limit
local mt = { __eq = function() while true do end end }
local _ = setmetatable({}, mt) == setmetatable({}, mt)
