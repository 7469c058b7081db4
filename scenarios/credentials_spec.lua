-- credentials_spec.lua: the built-in `credentials`: keys of a role for other programs, and profiles for all roles.
local sso = require "sso"
local builtin = require "helpers.builtin"

describe("credentials #builtin", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600, reuse_grace = "60s" } }
    home = builtin.home()
  end)

  after_each(function() assert.final(home, "cache is absent or whole and 0600") end)

  -- A person approves within the first poll, if one is asked.
  local function credentials(options, ...)
    local all = { service = svc, home = home }
    for name, value in pairs(options) do all[name] = value end
    svc:person():at("3s"):approves()
    return builtin.run("credentials", all, "--profile", "dev", "--flow", "device", "--no-browser", ...)
  end

  it("signs in and prints keys for another program", function()
    local keys = credentials {}
    assert.exit(keys, 0)
    assert.browser_opened(keys, 0)
    assert.contains(keys.stdout, '"AccessKeyId":"ASIA')
  end)

  describe("prints what the portal gave:", function()
    local token <const> = "a'b‘c’d‚e‛f\\g…h“"
    before_each(function()
      svc = sim.service { device = { interval = 5 }, behaviour = "helpers/quotes.lua" }
    end)

    for format, expected in pairs {
      process = { Version = 1, AccessKeyId = "ASIAEXAMPLE", SecretAccessKey = "example/secret+key=",
        SessionToken = token, Expiration = "2026-01-01T01:00:05Z", AccountId = "111122223333" },
      json = { accessKeyId = "ASIAEXAMPLE", secretAccessKey = "example/secret+key=", sessionToken = token,
        expiration = "2026-01-01T01:00:05Z", accountId = "111122223333", roleName = "ReadOnlyAccess",
        source = "portal" },
    } do
      it("--format " .. format, function()
        local keys = credentials({}, "--format", format)
        assert.exit(keys, 0)
        assert.same(expected, sso.json.decode(keys.stdout))
      end)
    end

    for format, shell in pairs {
      env = { line = "export %s='%s'\n", token = "a'\\''b‘c’d‚e‛f\\g…h“" },
      fish = { line = "set -gx %s '%s';\n", token = "a\\'b‘c’d‚e‛f\\\\g…h“" },
      powershell = { line = "$Env:%s='%s'\n", token = "a''b‘‘c’’d‚‚e‛‛f\\g…h“" },
    } do
      it("--format " .. format .. " leaves no quotation mark as the shell would read it", function()
        local keys = credentials({}, "--format", format)
        assert.exit(keys, 0)
        assert.equal(shell.line:format("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
          .. shell.line:format("AWS_SECRET_ACCESS_KEY", "example/secret+key=")
          .. shell.line:format("AWS_SESSION_TOKEN", shell.token)
          .. shell.line:format("AWS_CREDENTIAL_EXPIRATION", "2026-01-01T01:00:05Z"), keys.stdout)
      end)
    end
  end)

  it("--account-id and --role-name take the place of the profile's", function()
    local keys = credentials({}, "--account-id", "444455556666", "--role-name", "PowerUserAccess", "--format", "json")
    assert.exit(keys, 0)
    assert.contains(keys.stdout, '"accountId": "444455556666"')
    assert.contains(keys.stdout, '"roleName": "PowerUserAccess"')
  end)

  it("--force gets new keys though the cached ones are good", function()
    local first = credentials {}
    local cached = credentials {}
    assert.same({}, cached:requests())
    assert.equal(first.stdout, cached.stdout)
    local new = credentials({}, "--force")
    assert.equal(1, #new:requests "GetRoleCredentials")
    assert.not_same(first.stdout, new.stdout)
  end)

  for flow, told in pairs {
    device = "^open %S+/device and enter (%u+%-%u+)\nor open %S+ and check that the page shows %1\n$",
    pkce = "^open %S+/authorize%?%S+\n$",
  } do
    it("of a sign-in by " .. flow .. " the terminal is told where standard error is none", function()
      home:folder "/dev"
      home:write("/dev/tty", "")
      svc:person():opens(flow == "pkce" and "browser" or "verification_uri"):approves()
      local keys = builtin.run("credentials", { service = svc, home = home }, "--profile", "dev", "--flow", flow)
      assert.exit(keys, 0)
      assert.is_not_nil(home:read "/dev/tty":match(told))
    end)
  end

  it("of a sign-in a terminal is told once where standard error is one", function()
    home:folder "/dev"
    home:write("/dev/tty", "")
    local keys = credentials { terminal = true }
    assert.exit(keys, 0)
    assert.file(home, "/dev/tty", { text = "" })
    assert.contains(keys.stderr, "and enter ")
  end)

  describe("--all", function()
    local function section(name, account, role)
      return ("[profile %s-%s]\nsso_session = work\nsso_account_id = %s\nsso_role_name = %s\n"):format(
        name, role, account, role)
    end
    local profiles <const> = table.concat({
      section("Development", "111122223333", "AdministratorAccess"),
      section("Development", "111122223333", "ReadOnlyAccess"),
      section("Staging", "444455556666", "PowerUserAccess"), section("Staging", "444455556666", "ReadOnlyAccess"),
      section("Production", "777788889999", "ReadOnlyAccess") }, "\n")

    it("makes a profile for each role, and changes nothing", function()
      local list = credentials({}, "--all")
      assert.exit(list, 0)
      assert.equal(profiles, list.stdout)
      assert.file(home, ".aws/config", { text = builtin.config })
      assert.is_nil(list.stderr:find("accounts", 1, true))
    end)

    it("tells a terminal how far it is", function()
      local list = credentials({ terminal = true }, "--all")
      assert.exit(list, 0)
      assert.contains(list.stderr, "\r1 of 3 accounts\r2 of 3 accounts\r3 of 3 accounts\n")
    end)

    it("--write puts them into the config file, and prints nothing", function()
      local written = credentials({}, "--all", "--write")
      assert.exit(written, 0)
      assert.equal("", written.stdout)
      local config = home:read ".aws/config"
      assert.equal(builtin.config, config:sub(1, #builtin.config))
      assert.contains(config, profiles)
    end)

    it("--template is a module that gives a function, or nobody is asked", function()
      local refused = credentials({}, "--all", "--template", "sso")
      assert.exit(refused, 1)
      assert.same({}, refused:requests())
      assert.contains(refused.stderr, "--template: the module gives a table, not a function")
    end)
  end)

  local one_role <const> = "--account-id, --role-name and --format go with one role, not --all"
  for words, reason in pairs {
    ["--write"] = "--template and --write go with --all", ["--template sso"] = "--template and --write go with --all",
    ["--all --account-id 111122223333"] = one_role, ["--all --role-name Admin"] = one_role,
    ["--all --format env"] = one_role, ["--all --force"] = "--all asks anew in any case; --force goes with one role",
  } do
    it(words .. " is refused, and nothing is asked", function()
      local list = {}
      for word in words:gmatch "%S+" do list[#list + 1] = word end
      local refused = credentials({}, table.unpack(list))
      assert.exit(refused, 2)
      assert.same({}, refused:requests())
      assert.equal(reason .. "\n", refused.stderr)
    end)
  end
end)
