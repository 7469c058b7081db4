-- notify-slack.lua - tell a Slack channel who should approve a login.
--
--   ssoscript run --allow-net=hooks.slack.com --allow-env=SLACK_WEBHOOK examples/notify-slack.lua \
--     https://device.sso.us-east-1.amazonaws.com/ ABCD-EFGH
--
-- The webhook's address is a secret (Slack: Incoming Webhooks): it comes from the environment, and no
-- log or trace shows it.

local sso = require "sso"

local page, code = ...
local webhook = sso.env.get("SLACK_WEBHOOK")
if not code or not webhook then
  io.stderr:write("usage: SLACK_WEBHOOK=URL notify-slack.lua PAGE CODE\n")
  os.exit(2)
end

local ok, err = sso.notify.webhook {
  url = webhook,
  json = {
    text = "Please approve the login " .. code, -- for notifications and old clients
    blocks = {
      { type = "section", text = { type = "mrkdwn", text = "Please approve the login *" .. code .. "*" } },
      { type = "actions", elements = {
        { type = "button", text = { type = "plain_text", text = "Open the page" }, url = page } } },
    },
  },
}
print(ok and "told" or "not told: " .. err.code)
