-- expect: exit 0
-- file: m.lua error({ code = 7 })
-- stdout: 7 7
local _, a = pcall(require, "m")
local _, b = pcall(require, "m")
print(a.code .. " " .. b.code)
