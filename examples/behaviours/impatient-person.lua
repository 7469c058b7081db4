-- impatient-person.lua - a person who denies the first request at once, approves the second late,
-- and lets the third grow old.
--
--   ssoscript serve --clock virtual --script examples/behaviours/impatient-person.lua

local sso = require "sso"
local service = require "service"

service.deny { start = 1 }
service.approve { start = 2, after = 42, as = "alice" }
service.expire { start = 3, after = 10 }

service.on("StartDeviceAuthorization", function(request, session)
  local reply = session:proceed()
  if reply.status == 200 then
    sso.log.info("request %d: code %s", request.call, reply.body.userCode)
  end
end)
