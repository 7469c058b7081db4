-- logout.lua - what `ssoscript logout` runs: ends sessions here and at the service.
--
-- The exit status is 1 when something of a session is left, and 3 when all were meant and sections of
-- the config file cannot be used.

local sso = require "sso"

local options = sso.arguments {
  options = {
    profile = "string", sso_session = "string", start_url = "string", sso_region = "string",
    all = "boolean", format = { "text", "json" } },
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

if options.all and (options.profile or options.sso_session or options.start_url) then
  refuse "--all ends every session; name none beside it"
end

local ended = sso.logout {
  profile = options.profile, session = options.sso_session,
  start_url = options.start_url, region = options.sso_region, all = options.all }

local isDone = true
for _, session in ipairs(ended) do isDone = isDone and session.endedHere end

if options.format == "json" then
  print(sso.json.encode { sessions = ended })
elseif #ended == 0 then
  say "nobody was signed in"
else
  for _, session in ipairs(ended) do
    local told = session.endedAtService and "" or
      " (here only; the service did not confirm: " .. tostring(session.obstacle) .. ")"
    if session.endedHere then
      say("signed out of %s%s", session.startUrl, told)
    else
      told = session.endedAtService and "ended at the service, but still kept here: " or ""
      local what = session.startUrl and "not signed out of " .. session.startUrl or "perhaps not signed out"
      say("%s: %s%s", what, told, session.remainder)
    end
  end
end

local problems = options.all and sso.config.problems() or {}
for _, problem in ipairs(problems) do say("%s", problem) end
os.exit(not isDone and 1 or #problems > 0 and 3 or 0)
