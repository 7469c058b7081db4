-- expect: exit 0
-- stdout: ok
local function names(n, format) local t = {} for i = 1, n do t[i] = format:format(i) end return table.concat(t, " ") end
for _, n in ipairs { 199, 200, 201, 255, 256, 300, 20000 } do
  load(names(n, "local v%d = %%d"):gsub("%%d", "1"))
  load(names(n, "local v%d"))
  load("local function f(" .. names(n, "p%d,") .. "...) end")
  load("return {" .. names(n, "a%d=1,") .. "}")
  load("return " .. names(n, "'s%d',") .. "1")
  load("f(" .. names(n, "%d,") .. "1)")
  load(names(n, "::l%d::"))
  load(names(n, "goto l%d"))
  load(names(n, "local x%d <close> = nil"))
  load(names(n, "local x%d <const> = 1"))
end
print("ok")
