-- expect: exit 7
-- args: --instruction-limit 300000
-- file: m.lua local x <close> = setmetatable({}, { __close = function() while true do end end }) while true do pcall(function() while true do end end) end
-- stderr: instruction limit
pcall(require, "m")
pcall(require, "m")
