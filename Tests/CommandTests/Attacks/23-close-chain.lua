-- expect: exit 7
-- args: --timeout 0.3
local mt
mt = { __close = function() local y <close> = setmetatable({}, mt) while true do end end }
local function many(n) local x <close> = setmetatable({}, mt) if n > 0 then many(n - 1) end while true do end end
many(100)
