-- expect: exit 0
-- stdout: ok
local function deep(n, f)
  if n == 0 then return f() end
  return coroutine.wrap(function() return deep(n - 1, f) end)()
end
local co
for _ = 1, 150 do
  local inner = co
  co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function()
      if inner then pcall(deep, 180, function() coroutine.close(inner) end) end
    end })
    coroutine.yield()
  end)
  coroutine.resume(co)
end
coroutine.close(co)
print("ok")
