-- credentials.lua - what `ssoscript credentials` runs: keys of a role, for other programs.

local sso = require "sso"

local options = sso.arguments {
  options = {
    profile = "string", sso_session = "string", start_url = "string", sso_region = "string",
    account_id = "string", role_name = "string",
    format = { "process", "env", "powershell", "fish", "json" },
    flow = { "auto", "device", "pkce" }, browser = "boolean", force = "boolean",
    all = "boolean", template = "string", write = "boolean" },
  positional = false,
  exclusive = { { "profile", "sso_session", "start_url" } },
  together = { { "start_url", "sso_region" } } }

-- What does not go together ends with 2, before anything is done.
local function refuse(...)
  io.stderr:write(string.format(...), "\n")
  os.exit(2)
end

if not options.all and (options.template or options.write) then
  refuse "--template and --write go with --all"
end
if options.all and (options.account_id or options.role_name or options.format) then
  refuse "--account-id, --role-name and --format go with one role, not --all"
end
if options.all and options.force then
  refuse "--all asks anew in any case; --force goes with one role"
end

local function sign_in_arguments(more)
  more.profile, more.session = options.profile, options.sso_session
  more.start_url, more.region = options.start_url, options.sso_region
  more.flow, more.browser = options.flow, options.browser
  return more
end

-- One role ---------------------------------------------------------------------------------------

local variables = { "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION" }

-- Every shell's way to keep a text as it is, between single quotes.
local shells = {
  env = { line = "export %s=%s", quote = function(s) return "'" .. s:gsub("'", "'\\''") .. "'" end },
  fish = { line = "set -gx %s %s;",
    quote = function(s) return "'" .. s:gsub("[\\']", "\\%0") .. "'" end },
  -- To PowerShell, U+2018 to U+201B are single quotes as well (about_Quoting_Rules).
  powershell = { line = "$Env:%s=%s", quote = function(s)
    return "'" .. s:gsub("'", "''"):gsub("\xE2\x80[\x98-\x9B]", "%0%0") .. "'"
  end },
}

local formats = {}

-- https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html
function formats.process(keys)
  return sso.json.encode { Version = 1, AccessKeyId = keys.accessKeyId,
    SecretAccessKey = keys.secretAccessKey, SessionToken = keys.sessionToken,
    Expiration = keys.expiration, AccountId = keys.accountId }
end

function formats.json(keys) return sso.json.encode(keys, true) end

for name, shell in pairs(shells) do
  formats[name] = function(keys)
    local lines = {}
    for index, value in ipairs { keys.accessKeyId, keys.secretAccessKey, keys.sessionToken,
      keys.expiration } do
      lines[index] = shell.line:format(variables[index], shell.quote(value))
    end
    return table.concat(lines, "\n")
  end
end

-- AWS's tools keep to themselves what a credential_process writes to standard error: who sits at the
-- terminal is then told there, as by ssh and git. Where there is none, or it is not permitted, it is left
-- out. "r+" opens what is there, and makes nothing.
local function show(auth)
  if sso.terminal.is_terminal "stderr" then return end
  pcall(function()
    local terminal = io.open("/dev/tty", "r+")
    if not terminal then return end
    if auth.userCode then
      terminal:write(string.format("open %s and enter %s\n", auth.verificationUri, auth.userCode))
    end
    local page = auth.verificationUriComplete
    if page then
      terminal:write(string.format("or open %s and check that the page shows %s\n", page, auth.userCode))
    end
    if auth.authorizeUrl then terminal:write(string.format("open %s\n", auth.authorizeUrl)) end
    terminal:close()
  end)
end

-- All of them ------------------------------------------------------------------------------------

local function progress(done, total)
  if not sso.terminal.is_terminal "stderr" then return end
  -- That nobody can be told is no failure.
  pcall(io.stderr.write, io.stderr,
    string.format("\r%d of %d accounts%s", done, total, done == total and "\n" or ""))
end

-- A template is a module that gives a function: (account, role) to a profile's name, or to a table
-- { name = …, region = …, output = … }; nil leaves the role out.
local function naming()
  if options.template then
    local name = require((options.template:gsub("%.lua$", "")))
    if type(name) == "function" then return name end
    error("--template: the module gives a " .. type(name) .. ", not a function", 0)
  end
  return function(account, role) return account.accountName .. "-" .. role end
end

-- What the file of profiles can take: names and settings are text.
local function check(named, account, role)
  local place = string.format("for %s in account %s", role, account.accountId)
  if named.name == nil then error("--template: the function gives no name " .. place, 0) end
  for key, value in pairs(named) do
    if type(key) ~= "string" then
      error(string.format("--template: the function gives a member %s %s, whose name is a %s",
        tostring(key), place, type(key)), 0)
    end
    if type(value) ~= "string" or not utf8.len(value) then
      local what = type(value) == "string" and "no UTF-8" or "a " .. type(value)
      error(string.format("--template: the function gives %s %s, which is %s", tostring(key), place,
        what), 0)
    end
  end
end

local function profiles()
  local name = naming()
  local list = {}
  for _, account in ipairs(sso.portal.accounts(sign_in_arguments { on_progress = progress })) do
    for _, role in ipairs(account.roles) do
      local named = name(account, role)
      if type(named) == "string" then named = { name = named } end
      if named and type(named) ~= "table" then
        error("--template: the function gives a " .. type(named) .. ", not a name, a table or nil", 0)
      end
      if named then
        check(named, account, role)
        -- A template may give one table for several.
        local profile = {}
        for key, value in pairs(named) do profile[key] = value end
        profile.accountId, profile.roleName = account.accountId, role
        list[#list + 1] = profile
      end
    end
  end
  return list
end

if options.all then
  local text = sso.config.profile_sections {
    profile = options.profile, session = options.sso_session,
    start_url = options.start_url, region = options.sso_region,
    profiles = profiles(), write = options.write }
  if not options.write then io.write(text) end
else
  local keys = sso.credentials(sign_in_arguments {
    account_id = options.account_id, role_name = options.role_name, force = options.force,
    on_verification = show })
  print(formats[options.format or "process"](keys))
end
