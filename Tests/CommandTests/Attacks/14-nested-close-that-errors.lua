-- expect: exit 0
-- stdout: ok
local co
for _ = 1, 20000 do
  local inner = co
  co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function(_, e)
      if inner then assert(coroutine.close(inner)) end
      error("again")
    end })
    coroutine.yield()
  end)
  coroutine.resume(co)
end
coroutine.close(co)
print("ok")
