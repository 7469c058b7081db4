-- policies_spec.lua: the policies of examples/policies, held against the built-in login.
local LOGIN <const> = "../Sources/CLI/Flows/login.lua"

describe("policies #policies", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 } }
    home = sim.home {}
  end)

  local function login(policy, options)
    options = options or {}
    return sim.run(LOGIN, { service = svc, home = home, policies = { "../examples/policies/" .. policy .. ".lua" },
      args = { "--start-url", options.start_url or "https://example.awsapps.com/start",
        "--sso-region", options.region or "us-east-1", "--flow", options.flow or "device", "--no-browser" } })
  end

  it("ci: a login by a code is let through, and leaves no file", function()
    svc:person():at("3s"):approves()
    assert.exit(login "ci", 0)
    assert.no_file(home, ".aws/sso/cache")
  end)

  it("ci: the browser's way is refused, and nothing is asked of the service", function()
    local run = login("ci", { flow = "pkce" })
    assert.exit(run, 6)
    assert.same({}, run:requests())
    assert.contains(run.stderr, "ci.lua")
  end)

  it("company: another region is refused", function()
    local run = login "company"
    assert.exit(run, 6)
    assert.same({}, run:requests())
    assert.contains(run.stderr, "company.lua")
  end)

  it("company: another start URL is refused", function()
    local run = login("company", { start_url = "https://elsewhere.awsapps.com/start", region = "eu-west-1" })
    assert.exit(run, 6)
    assert.same({}, run:requests())
  end)

  it("company: the built-in login keeps nothing on disk where there is no keyring", function()
    svc:person():at("3s"):approves()
    local run = login("company", { region = "eu-west-1" })
    assert.exit(run, 0)
    assert.no_file(home, ".aws/sso/cache")
  end)

  describe("company", function()
    -- A login in memory, which this policy allows, and keys for as long as it lets them live.
    local function keys(account, role)
      svc = sim.service { device = { interval = 5 }, role = { expires_in = "12h" } }
      svc:person():at("7s"):approves()
      return sim.run("flows/credentials.lua", { service = svc, home = home,
        policies = { "../examples/policies/company.lua" }, args = { "eu-west-1", account, role } })
    end

    it("what is allowed is let through, and security is told", function()
      local run = keys("777788889999", "ReadOnlyAccess")
      assert.exit(run, 0)
      assert.contains(run.stdout, "2026-01-01T04:00:10Z") -- the service would let them live for twelve hours
      assert.contains(run.stderr, "hooks.example.com")
      assert.never(run, "token or secret in output, error or trace")
    end)

    it("production accounts are refused with the reason", function()
      local run = keys("111122223333", "ReadOnlyAccess")
      assert.exit(run, 6)
      assert.contains(run.stderr, "production accounts are entered through the bastion")
      assert.same({}, run:requests "GetRoleCredentials")
    end)
  end)

  it("developer: the own Identity Center is let through, and rings", function()
    svc:person():at("3s"):approves()
    local run = login "developer"
    assert.exit(run, 0)
    assert.contains(run.stderr, "please approve")
    assert.no_secret_in(run.stderr)
  end)

  it("developer: a login by the browser rings, too, though there is no code", function()
    svc:person():opens("browser"):approves()
    local run = sim.run(LOGIN, { service = svc, home = home, policies = { "../examples/policies/developer.lua" },
      args = { "--start-url", "https://example.awsapps.com/start", "--sso-region", "us-east-1", "--flow", "pkce" } })
    assert.exit(run, 0)
    assert.contains(run.stderr, "please approve the login in your browser")
  end)

  it("developer: another Identity Center is refused", function()
    local run = login("developer", { start_url = "https://elsewhere.awsapps.com/start" })
    assert.exit(run, 6)
    assert.same({}, run:requests())
  end)
end)
