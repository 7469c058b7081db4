-- notify-teams.lua - tell a Microsoft Teams channel who should approve a login.
--
--   ssoscript run --allow-net='*.logic.azure.com' --allow-env=TEAMS_WEBHOOK \
--     examples/notify-teams.lua https://device.sso.us-east-1.amazonaws.com/ ABCD-EFGH
--
-- For the workflow "Send webhook alerts to a channel", which takes adaptive cards.

local sso = require "sso"

local page, code = ...
local webhook = sso.env.get("TEAMS_WEBHOOK")
if not code or not webhook then
  io.stderr:write("usage: TEAMS_WEBHOOK=URL notify-teams.lua PAGE CODE\n")
  os.exit(2)
end

local ok, err = sso.notify.webhook {
  url = webhook,
  json = {
    type = "message",
    attachments = { {
      contentType = "application/vnd.microsoft.card.adaptive",
      content = {
        ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
        type = "AdaptiveCard", version = "1.4",
        body = { { type = "TextBlock", wrap = true, text = "Please approve the login **" .. code .. "**" } },
        actions = { { type = "Action.OpenUrl", title = "Open the page", url = page } },
      },
    } },
  },
}
print(ok and "told" or "not told: " .. err.code)
