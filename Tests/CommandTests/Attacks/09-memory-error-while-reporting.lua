-- expect: exit 7
-- args: --memory-limit 4MB
-- stderr: memory limit
local big = {}
xpcall(function() while true do big[#big + 1] = ("x"):rep(10000) .. #big end end,
  function(m) return m .. ("y"):rep(1000000) .. debug.traceback() end)
error(("z"):rep(1000000))
