-- developer.lua - one's own policy: ~/.config/ssoscript/policy.lua.
--
-- Keeps its owner from the wrong Identity Center and from administrator roles by accident, and rings
-- when there is something to approve.

local sso = require "sso"

return {
  allow = {
    start_urls = { "https://example.awsapps.com/start", "http://127.0.0.1:*/*" }, -- and the local service
    cache = { "files", "memory", "encrypted" },
  },

  before_credentials = function(input, call)
    if input.roleName:find("Admin", 1, true) and os.date("!%w") % 6 == 0 then
      return false, "no administrator roles at the weekend"
    end
  end,

  notify = {
    function(event)
      if event.event == "verification" then
        local what = event.userCode or "the login in your browser" -- which shows no code
        sso.notify.terminal { text = "please approve " .. what, bell = true, osc9 = true }
      end
    end,
  },
}
