-- known_client.lua - a behaviour: a service that registers no client but that of Example.

local service = require "service"

service.on("RegisterClient", function(request)
  if request.members.clientName ~= "ssoscript at Example" then
    return service.error("InvalidClientMetadataException")
  end
end)
