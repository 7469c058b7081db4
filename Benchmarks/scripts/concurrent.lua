-- concurrent.lua WIDTH COUNT - COUNT polls, WIDTH of them at once; prints polls per second.
local sso = require "sso.safe"
local width, count = ...
local client = sso.client {}
local poll = {
  clientId = "bench", clientSecret = "secret", deviceCode = "pending",
  grantType = sso.grant.device_code }

local function work()
  for _ = 1, count // width do
    local _, err = client:create_token(poll)
    assert(err.code == "AuthorizationPendingException", err)
  end
end

local workers = {}
for i = 1, width do workers[i] = work end
local start = sso.time.monotonic()
sso.task.all(workers)
print(count / (sso.time.monotonic() - start))
