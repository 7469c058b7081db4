-- login.lua - what `ssoscript login` runs: a valid token with as little trouble as possible.
--
--   ssoscript login --print-script > login.lua      take it, change it, and
--   ssoscript run login.lua --profile dev           run it with the same options

local sso = require "sso"

local options = sso.arguments {
  options = {
    profile = "string", sso_session = "string", start_url = "string", sso_region = "string",
    flow = { "auto", "device", "pkce" }, browser = "boolean", qr = "boolean", paste = "boolean",
    redirect_port = "integer", force = "boolean", fix_permissions = "boolean",
    format = { "text", "json" } },
  positional = false,
  exclusive = { { "profile", "sso_session", "start_url" } },
  together = { { "start_url", "sso_region" } } }

-- Standard output holds nothing but data, so people are spoken to on standard error. That nobody can be
-- told is no failure of what was done.
local function say(...) pcall(io.stderr.write, io.stderr, string.format(...), "\n") end

-- What does not go together ends with 2, before anything is done.
local function refuse(...)
  say(...)
  os.exit(2)
end

if options.paste and options.flow == "device" then refuse "--paste goes with --flow pkce" end
local port = options.redirect_port
if port and (port < 1 or port > 65535) then refuse "--redirect-port must be from 1 to 65535" end

-- The address and the code have been shown by then; this draws them as well.
local function draw(auth)
  local drawn, picture = pcall(sso.terminal.qr, auth.verificationUriComplete or auth.authorizeUrl)
  say("%s", drawn and picture or "(no QR code: " .. tostring(picture) .. ")")
end

if options.fix_permissions then
  for _, path in ipairs(sso.cache.fix_permissions()) do say("shut others out of %s", path) end
end

local token = sso.login {
  profile = options.profile, session = options.sso_session,
  start_url = options.start_url, region = options.sso_region,
  flow = options.flow, browser = options.browser, paste = options.paste,
  redirect_port = port, force = options.force,
  on_verification = options.qr and draw or nil,
}

if options.format == "json" then
  print(sso.json.encode {
    source = token.source, startUrl = token.startUrl, region = token.region,
    session = token.session, expiresAt = token.expiresAt, refreshable = token.refreshable })
else
  local words = { cache = "still signed in to", refresh = "renewed the token for",
    login = "signed in to" }
  say("%s %s until %s", words[token.source], token.startUrl, token.expiresAt)
end
