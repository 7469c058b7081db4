-- calls.lua - nanoseconds of one host call: calls.lua nothing|string|sleep COUNT.
--
-- The time of the empty loop is taken off; the best of seven counts. Runs under ssoscript and
-- under the C host of calls.c, where `sso.nothing` is a function with an empty body.

local mode, count = ...
local sso = require "sso"
local now, sleep, encode = sso.time.monotonic, sso.time.sleep, sso.crypto.base64url_encode
local nothing = rawget(sso, "nothing") or now -- ours with the least to do reads the clock
local text = "24 bytes of nothing new."

local loops = {
  empty = function(n) for _ = 1, n do end end,
  nothing = function(n) for _ = 1, n do nothing() end end,
  string = function(n) for _ = 1, n do encode(text) end end,
  sleep = function(n) for _ = 1, n do sleep(0) end end,
}

local function best(loop)
  local least = math.huge
  for _ = 1, 7 do
    local start = now()
    loop(tonumber(count))
    least = math.min(least, now() - start)
  end
  return least / tonumber(count) * 1e9
end

print(best(loops[mode]) - best(loops.empty))
