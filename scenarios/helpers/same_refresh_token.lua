-- same_refresh_token.lua - a service whose renewals bring no refresh token: the one that is there stays good.
local service = require "service"

service.on("CreateToken", function(request, session)
  local reply = session:proceed()
  if request.members.grantType == "refresh_token" and reply.status == 200 then reply.body.refreshToken = nil end
  return reply
end)
