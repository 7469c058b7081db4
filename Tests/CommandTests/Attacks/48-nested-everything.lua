-- expect: exit 7
-- args: --timeout 1
-- All wrappers inside each other.
local function all(f)
  return pcall(xpcall, coroutine.wrap(function()
    local x <close> = setmetatable({}, { __close = function() pcall(f) end })
    for _ in coroutine.wrap(function() table.sort({ 2, 1 }, function() string.gsub("x", "x", f) return false end) coroutine.yield(1) end) do end
    return load("local f = ... f()")(f)
  end), function(m) pcall(f) return m end)
end
while true do all(function() all(function() while true do end end) end) end
