local function inner(t) return t.a.b end
local function outer() return inner({}) + 1 end
outer()
