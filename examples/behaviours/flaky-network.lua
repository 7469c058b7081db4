-- flaky-network.lua - replies that get lost, after the service has done what was asked.
--
--   ssoscript serve --script examples/behaviours/flaky-network.lua

local service = require "service"

-- The first registration is lost, and so are two polls: the client must ask again.
service.fault("RegisterClient", { calls = { 1 }, id = "N08" })
service.fault("CreateToken", { calls = { 1, 3 }, id = "N08", phase = "before" })

-- A token once comes with a shorter life than the client may expect; a lost refresh stays lost.
service.on("CreateToken", function(request, session)
  local reply = session:proceed()
  if reply.status ~= 200 then return end
  if request.members.grantType == "refresh_token" then session:fault("N09") end
  reply.body.expiresIn = 60
  return reply
end)
