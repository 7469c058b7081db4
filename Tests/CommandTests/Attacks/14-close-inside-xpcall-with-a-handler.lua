-- expect: exit 0
-- stdout: ok
-- The message handler of a suspended xpcall must not be called while its coroutine is closed.
for _ = 1, 200 do
  local co = coroutine.create(function()
    xpcall(function()
      local x <close> = setmetatable({}, { __close = function(_, e)
        local a, b, c, d = {}, {}, {}, {}
        error({ a, b, c, d })
      end })
      coroutine.yield()
    end, function(m) return { m } end)
  end)
  coroutine.resume(co)
  local ok, e = coroutine.close(co)
  assert(not ok)
  local t = {}
  for i = 1, 200 do t[i] = { i } end
end
print("ok")
