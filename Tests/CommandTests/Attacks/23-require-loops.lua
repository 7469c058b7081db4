-- expect: exit 7
-- args: --timeout 0.3
-- file: endless.lua while true do pcall(function() while true do end end) end
-- stderr: time limit
while true do pcall(require, "endless") end
