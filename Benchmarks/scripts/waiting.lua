-- waiting.lua FLOWS INTERVAL POLLS - device flows that wait in one process.
--
-- They begin evenly over one interval, as people's logins do; canned.c measures how late each poll
-- comes.
local sso = require "sso.safe"
local flows, interval, polls = ...
local client = sso.client {}

local function flow(number)
  sso.time.sleep(number / flows * interval)
  for poll = 1, polls do
    if poll > 1 then sso.time.sleep(tonumber(interval)) end
    local _, err = client:create_token {
      clientId = "bench", clientSecret = "secret", deviceCode = "flow-" .. number,
      grantType = sso.grant.device_code }
    assert(err.code == "AuthorizationPendingException", err)
  end
end

for number = 1, tonumber(flows) do sso.task.spawn(flow, number) end
