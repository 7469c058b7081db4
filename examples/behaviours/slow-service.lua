-- slow-service.lua - a service under load: late replies, and now and then "slow down" or 503.
--
--   ssoscript serve --script examples/behaviours/slow-service.lua

local service = require "service"

service.on("CreateToken", function(request, session)
  if request.call % 5 == 2 then return service.error("SlowDownException") end
  if request.call % 5 == 4 then
    return { status = 503, headers = { ["Retry-After"] = 2 }, body = "Try again later.\n" }
  end
  session:delay(0.5)
end)

service.on("RegisterClient", function(_, session)
  session:delay(1)
end)
