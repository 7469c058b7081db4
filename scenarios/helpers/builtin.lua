-- builtin.lua - the built-in flows, and a machine whose config file has a session and a profile, for scenarios:
--
--   local builtin = require "helpers.builtin"
--   local run = builtin.run("status", { service = svc, home = builtin.home() }, "--profile", "dev")

local builtin = {}

builtin.config = [[
[sso-session work]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
[profile dev]
sso_session = work
sso_account_id = 111122223333
sso_role_name = ReadOnlyAccess
]]

-- SHA-1 of "work".
builtin.token_file = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json"

-- `more`, where it is given, is put behind the config file.
function builtin.home(more)
  return sim.home { files = { [".aws/config"] = builtin.config .. (more or "") } }
end

-- The flow `name` with these words, and what always holds of it.
function builtin.run(name, options, ...)
  local all = { args = { ... } }
  for key, value in pairs(options) do all[key] = value end
  local run = sim.run("../Sources/CLI/Flows/" .. name .. ".lua", all)
  assert.always(run, "poll gap >= announced interval")
  assert.never(run, "token or secret in output, error or trace")
  return run
end

return builtin
