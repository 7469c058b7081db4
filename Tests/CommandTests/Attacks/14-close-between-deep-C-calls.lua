-- expect: exit 0
-- stdout: ok
-- Each level of close begins a count of C calls of its own: 100 of them with 190 gsubs each.
local function deep(n, f)
  if n == 0 then return f() end
  return (("x"):gsub("x", function() deep(n - 1, f) end))
end
local co
for _ = 1, 150 do
  local inner = co
  co = coroutine.create(function()
    local x <close> = setmetatable({}, { __close = function()
      if inner then pcall(deep, 60, function() coroutine.close(inner) end) end
    end })
    coroutine.yield()
  end)
  coroutine.resume(co)
end
coroutine.close(co)
print("ok")
