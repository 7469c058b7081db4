-- toy.lua - the floor for a simulated login: plain Lua, a coroutine and a number for a clock.
--
-- No interpreter of its own, no JSON, no rules, no network: 60 polls and an answer each. Prints
-- microseconds for one login.
local count = tonumber((...)) or 10000

local function login()
  local now, approved_at = 0, 300
  local flow = coroutine.wrap(function()
    local interval = 5
    while true do
      coroutine.yield("sleep", interval)
      local answer = coroutine.yield("token")
      if answer == "token" then return "done" end
      if answer == "slow_down" then interval = interval + 5 end
    end
  end)
  local what, value = flow()
  while what ~= "done" do
    if what == "sleep" then
      now = now + value
      what, value = flow()
    else
      what, value = flow(now >= approved_at and "token" or "authorization_pending")
    end
  end
end

local start = os.clock()
for _ = 1, count do login() end
print((os.clock() - start) / count * 1e6)
