-- status.lua - what `ssoscript status` runs: the sessions, each layer with the time it has left.
--
-- The exit status is 0 when all that was asked for is signed in, else 1; 3 when sections of the config
-- file cannot be used, and all were meant.

local sso = require "sso"

local options = sso.arguments {
  options = {
    profile = "string", sso_session = "string", start_url = "string", sso_region = "string",
    fix_permissions = "boolean", format = { "text", "json" } },
  positional = false,
  exclusive = { { "profile", "sso_session", "start_url" } },
  together = { { "start_url", "sso_region" } } }

-- Standard output holds nothing but data, so people are spoken to on standard error. That nobody can be
-- told is no failure of what was done.
local function say(...) pcall(io.stderr.write, io.stderr, string.format(...), "\n") end

local function left(seconds)
  if seconds >= 86400 then return string.format("%d d", seconds // 86400) end
  if seconds >= 3600 then return string.format("%d h %d min", seconds // 3600, seconds % 3600 // 60) end
  if seconds >= 60 then return string.format("%d min", seconds // 60) end
  return string.format("%d s", seconds)
end

local function line(name, layer, more)
  local state = "none"
  if layer and layer.objection then
    state = "counts as ended: " .. layer.objection
  elseif layer and layer.secondsLeft > 0 then
    state = left(layer.secondsLeft) .. " left, until " .. layer.expiresAt
  elseif layer then
    state = "ended at " .. layer.expiresAt
  end
  print(string.format("  %-14s%s%s", name, state, more and "  (" .. more .. ")" or ""))
end

local function show(session)
  print((session.session and session.session .. "  " or "") .. session.startUrl .. "  " .. session.region)
  local token = session.token
  local more = token and (token.refreshable and "renewable" or "not renewable: " .. (token.obstacle or ""))
  line("token", token, more)
  line("registration", session.registration)
  for _, role in ipairs(session.credentials) do
    line("credentials", role, role.accountId .. " " .. role.roleName)
  end
end

if options.fix_permissions then
  for _, path in ipairs(sso.cache.fix_permissions()) do say("shut others out of %s", path) end
end

local sessions = sso.status {
  profile = options.profile, session = options.sso_session,
  start_url = options.start_url, region = options.sso_region }

local is_named = options.profile or options.sso_session or options.start_url
local problems = is_named and {} or sso.config.problems()

local valid = #sessions > 0
for _, session in ipairs(sessions) do
  valid = valid and session.valid
  if options.format ~= "json" then show(session) end
end
if options.format == "json" then
  print(sso.json.encode({ valid = valid, sessions = sso.json.list(sessions) }, true))
elseif #sessions == 0 and #problems == 0 then
  say "no SSO session is configured or cached"
end
for _, problem in ipairs(problems) do say("%s", problem) end
os.exit(#problems > 0 and 3 or valid and 0 or 1)
