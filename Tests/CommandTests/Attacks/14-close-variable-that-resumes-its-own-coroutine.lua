-- expect: exit 0
-- stdout: ok
local co
co = coroutine.create(function()
  local x <close> = setmetatable({}, { __close = function()
    assert(not coroutine.resume(co))
    assert(not pcall(coroutine.close, co))
  end })
  coroutine.yield()
end)
coroutine.resume(co)
assert(coroutine.close(co))
print("ok")
