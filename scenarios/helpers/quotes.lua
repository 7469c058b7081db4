-- quotes.lua - a behaviour: role credentials that are known, and a token in them with everything that a shell may
-- take for a quotation mark.

local service = require "service"

service.on("GetRoleCredentials", function(request, session)
  local reply = session:proceed()
  if reply.status == 200 then
    local keys = reply.body.roleCredentials
    keys.accessKeyId, keys.secretAccessKey = "ASIAEXAMPLE", "example/secret+key="
    keys.sessionToken = "a'b\u{2018}c\u{2019}d\u{201A}e\u{201B}f\\g\u{2026}h\u{201C}"
  end
  return reply
end)
