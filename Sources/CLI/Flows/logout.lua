-- logout.lua - what `ssoscript logout` runs: ends sessions here and at the service.
--
-- The exit status is 1 when something of a session is left, and 3 when all were meant and sections of
-- the config file cannot be used.

local sso = require "sso"

local options = sso.arguments { options = {
  profile = "string", sso_session = "string", start_url = "string", sso_region = "string",
  all = "boolean", format = { "text", "json" } } }

local ended = sso.logout {
  profile = options.profile, session = options.sso_session,
  start_url = options.start_url, region = options.sso_region, all = options.all }

local isDone = true
for _, session in ipairs(ended) do isDone = isDone and session.endedHere end

if options.format == "json" then
  print(sso.json.encode { sessions = ended })
elseif #ended == 0 then
  io.stderr:write "nobody was signed in\n"
else
  for _, session in ipairs(ended) do
    local told = session.endedAtService and "" or
      " (here only; the service did not confirm: " .. tostring(session.obstacle) .. ")"
    if session.endedHere then
      io.stderr:write("signed out of ", session.startUrl, told, "\n")
    else
      told = session.endedAtService and "ended at the service, but still kept here: " or ""
      local what = session.startUrl and "not signed out of " .. session.startUrl or "perhaps not signed out"
      io.stderr:write(what, ": ", told, session.remainder, "\n")
    end
  end
end

local problems = options.all and sso.config.problems() or {}
for _, problem in ipairs(problems) do io.stderr:write(problem, "\n") end
os.exit(not isDone and 1 or #problems > 0 and 3 or 0)
