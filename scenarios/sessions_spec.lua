-- sessions_spec.lua: the built-in `status` and `logout`: what there is of each session, and its end.
local sso = require "sso"
local builtin = require "helpers.builtin"
local ZOO <const> = [[
[sso-session zoo]
sso_start_url = https://zoo.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
]]
local BAD <const> = "[sso-session bad]\nsso_start_url = https://bad.awsapps.com/start\n"
local BAD_SAID <const> = "[sso-session bad] has no sso_region\n"
local SITE <const> = { "--start-url", "https://example.awsapps.com/start", "--sso-region", "us-east-1" }

describe("sessions #builtin", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600 }, role = { expires_in = "3h" } }
    home = builtin.home()
  end)

  local function run(name, ...) return builtin.run(name, { service = svc, home = home }, ...) end

  -- A person approves within the first poll.
  local function login(...)
    svc:person():at("3s"):approves()
    assert.exit(run("login", "--flow", "device", "--no-browser", ...), 0)
  end

  local function others_can_read_the_login()
    home:write(builtin.token_file, home:read(builtin.token_file), { mode = "0644" })
  end

  describe("status", function()
    for seconds, left in pairs { [45] = "45 s", [2700] = "45 min", [5405] = "1 h 30 min", [180000] = "2 d" } do
      it("tells that " .. left .. " are left of " .. seconds .. " seconds", function()
        svc = sim.service { device = { interval = 5 }, token = { expires_in = seconds } }
        login("--profile", "dev")
        local status = run "status"
        assert.exit(status, 0)
        assert.contains(status.stdout, "work  https://example.awsapps.com/start  us-east-1\n  token         " .. left
          .. " left, until 2026-01-")
        assert.contains(status.stdout, "  (renewable)\n  registration  89 d left, until 2026-04-01T00:00:00Z\n")
      end)
    end

    it("tells when a token has ended that can be renewed, which is signed in", function()
      login("--profile", "dev")
      svc.clock:advance "2h"
      local status = run("status", "--profile", "dev")
      assert.exit(status, 0)
      assert.contains(status.stdout, "  token         ended at 2026-01-01T01:00:05Z  (renewable)\n")
    end)

    it("tells why a token cannot be renewed, and when it has ended", function()
      login(table.unpack(SITE))
      local status = run("status", table.unpack(SITE))
      assert.exit(status, 0)
      assert.contains(status.stdout, "(not renewable: without an sso_session ")
      svc.clock:advance "1h"
      status = run("status", table.unpack(SITE))
      assert.exit(status, 1)
      assert.contains(status.stdout, "  token         ended at 2026-01-01T01:00:05Z  (not renewable: ")
      local json = run("status", "--format", "json", table.unpack(SITE))
      assert.exit(json, 1)
      assert.is_false(sso.json.decode(json.stdout).valid)
    end)

    it("tells the time that is left of role credentials, which is their own", function()
      login("--profile", "dev")
      assert.exit(run("credentials", "--profile", "dev"), 0)
      assert.contains(run "status".stdout,
        "  credentials   3 h 0 min left, until 2026-01-01T03:00:05Z  (111122223333 ReadOnlyAccess)\n")
    end)

    it("is signed in where all sessions are, and tells of each", function()
      home = builtin.home(ZOO)
      login("--sso-session", "zoo")
      local status = run "status"
      assert.exit(status, 1)
      assert.contains(status.stdout, "work  https://example.awsapps.com/start  us-east-1\n  token         none\n")
      assert.contains(status.stdout, "zoo  https://zoo.awsapps.com/start  us-east-1\n  token         1 h 0 min left")
      login("--sso-session", "work")
      assert.exit(run "status", 0)
      local json = sso.json.decode(run("status", "--format", "json").stdout)
      assert.is_true(json.valid)
      assert.equal(2, #json.sessions)
    end)

    it("tells what a policy takes for ended, and why, which is no sign-in", function()
      login(table.unpack(SITE))
      local status = builtin.run("status", { service = svc, home = home, policies = { "flows/half_an_hour.lua" } },
        table.unpack(SITE))
      assert.exit(status, 1)
      assert.contains(status.stdout, "  token         counts as ended: it lives longer than the policy allows  (")
    end)

    it("ends with 3 for a section that cannot be used, unless a session is named", function()
      home = builtin.home(BAD)
      login("--profile", "dev")
      local status = run "status"
      assert.exit(status, 3)
      assert.contains(status.stdout, "(renewable)")
      assert.equal(BAD_SAID, status.stderr)
      status = run("status", "--profile", "dev")
      assert.exit(status, 0)
      assert.equal("", status.stderr)
    end)

    it("says once what it cannot use, though the files of each session are looked at by all", function()
      home = builtin.home(ZOO)
      login("--profile", "dev")
      assert.exit(run("credentials", "--profile", "dev"), 0)
      for _, name in ipairs(home:names ".aws/cli/cache") do
        local path = ".aws/cli/cache/" .. name
        home:write(path, home:read(path), { mode = "0644" })
      end
      others_can_read_the_login()
      local seen = {}
      for line in run "status".stderr:gmatch "[^\n]+" do
        assert.is_nil(seen[line], line)
        seen[line] = true
      end
      assert.is_not_nil((next(seen)))
    end)

    it("F13 --fix-permissions shuts others out of a login, which is then one", function()
      login("--profile", "dev")
      others_can_read_the_login()
      assert.exit(run "status", 1)
      local status = run("status", "--fix-permissions")
      assert.exit(status, 0)
      assert.contains(status.stderr, "shut others out of /home/me/" .. builtin.token_file)
      assert.file(home, builtin.token_file, { mode = "0600" })
    end)

    it("ends with 1 where there is no session", function()
      home = sim.home {}
      local status = run "status"
      assert.exit(status, 1)
      assert.equal("no SSO session is configured or cached\n", status.stderr)
    end)
  end)

  it("takes a cached file with a start URL that nobody can be led to for another program's", function()
    login("--profile", "dev")
    home:write(".aws/config", "", { mode = "0600" })
    local cached = home:read(builtin.token_file)
    local changed = cached:gsub("https://example%.awsapps%.com/start", function(url) return url .. "\\u001b[31m" end)
    assert.is_false(changed == cached)
    home:write(builtin.token_file, changed, { mode = "0600" })
    assert.equal("", run "status".stdout)
    assert.equal("nobody was signed in\n", run("logout", "--all").stderr)
    assert.equal(changed, home:read(builtin.token_file))
  end)

  describe("logout", function()
    it("ends the session here and at the service", function()
      login("--profile", "dev")
      local out = run("logout", "--profile", "dev")
      assert.exit(out, 0)
      assert.equal("signed out of https://example.awsapps.com/start\n", out.stderr)
      assert.exit(run "status", 1)
      assert.equal("nobody was signed in\n", run("logout", "--profile", "dev").stderr)
    end)

    it("N17 behind a captive portal ends the session here only, and says so", function()
      login("--profile", "dev")
      svc:fault("Logout", fault "N17")
      local out = run("logout", "--profile", "dev")
      assert.contains(out.stderr, "(here only; the service did not confirm: ")
      assert.contains(out.stderr, "CaptivePortal")
    end)

    it("ends nothing, and says so, where others can read the login", function()
      login("--profile", "dev")
      others_can_read_the_login()
      local out = run("logout", "--profile", "dev")
      assert.exit(out, 1)
      assert.same({}, out:requests())
      assert.contains(out.stderr, "not signed out of https://example.awsapps.com/start")
      assert.file(home, builtin.token_file, { mode = "0644" })
    end)

    it("--all ends each session, and ends with 3 for a section that cannot be used", function()
      home = builtin.home(ZOO .. BAD)
      login("--sso-session", "work")
      login("--sso-session", "zoo")
      local out = run("logout", "--all")
      assert.exit(out, 3)
      assert.equal(2, #out:requests "Logout")
      assert.equal("signed out of https://example.awsapps.com/start\nsigned out of https://zoo.awsapps.com/start\n"
        .. BAD_SAID, out.stderr)
    end)

    it("--all ends with 1 where the login of one session is left", function()
      home = builtin.home(ZOO)
      login("--sso-session", "work")
      login("--sso-session", "zoo")
      others_can_read_the_login()
      local out = run("logout", "--all", "--format", "json")
      assert.exit(out, 1)
      local ended = {}
      for _, session in ipairs(sso.json.decode(out.stdout).sessions) do ended[session.session] = session.endedHere end
      assert.same({ work = false, zoo = true }, ended)
    end)

    for _, target in ipairs { { "--profile", "dev" }, { "--sso-session", "work" }, SITE } do
      it("--all is refused beside " .. target[1] .. ", and ends nothing", function()
        local out = run("logout", "--all", table.unpack(target))
        assert.exit(out, 2)
        assert.equal("--all ends every session; name none beside it\n", out.stderr)
      end)
    end
  end)
end)
