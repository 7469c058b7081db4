-- chat.lua - a chat on this machine, for flows that tell one: `http://127.0.0.1/logout` is its address, as a service
-- in a scenario hears of AWS's operations only. Each text that it knows has a status; any other one fails the scenario.
local service = require "service"

local known <const> = {
  ["^Please open https://[%w./-]+ and enter BCDF%-GHJK$"] = 200,
  ["^Logged in for %d+ minutes$"] = 201,
  ["^The login failed: .+ AccessDeniedException .+ %(request id [%x-]+%)$"] = 202,
}

service.on("Logout", function(request)
  for text, status in pairs(known) do
    if request.members.text:find(text) then return { status = status, body = "ok" } end
  end
  error("nobody expects " .. request.members.text)
end)
