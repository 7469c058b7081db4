-- expect: exit 0
-- stdout: ok
local co
for _ = 1, 30000 do
  local inner = co
  co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function()
      if inner then coroutine.close(inner) end
    end })
    coroutine.yield()
  end)
  coroutine.resume(co)
end
coroutine.close(co)
print("ok")
