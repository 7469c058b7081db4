-- expect: exit 7
-- args: --memory-limit 16MB
-- stderr: memory limit
local t = {}
while true do local u = #t; t[#t + 1] = function() return u end end
