-- expect: exit 0
-- stdout: ok
local f
for _ = 1, 20000 do
  local inner = f
  f = coroutine.wrap(function()
    local x <close> = setmetatable({}, { __close = function() if inner then pcall(inner) end end })
    coroutine.yield()
    error("out")
  end)
  f()
end
pcall(f)
print("ok")
