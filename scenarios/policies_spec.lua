-- policies_spec.lua: the policies of examples/policies, held against the built-in login.
local LOGIN <const> = "../Sources/CLI/Flows/login.lua"

describe("policies #policies", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5, user_code = "BCDF-GHJK" } }
    home = sim.home {}
  end)

  local function example(policy) return "../examples/policies/" .. policy .. ".lua" end

  local function login(policy, options)
    options = options or {}
    return sim.run(LOGIN, { service = svc, home = home, policies = options.policies or { example(policy) },
      programs = options.programs, terminal = options.terminal,
      args = { "--start-url", options.start_url or "https://example.awsapps.com/start",
        "--sso-region", options.region or "us-east-1", "--flow", options.flow or "device", "--no-browser" } })
  end

  -- Keys of a role by a login in memory, which all three let through.
  local function keys(policy, account, role)
    svc:person():at("7s"):approves()
    return sim.run("flows/credentials.lua", { service = svc, home = home, policies = { example(policy) },
      args = { "eu-west-1", account, role } })
  end

  it("ci: a login by a code is let through, and leaves no file", function()
    svc:person():at("3s"):approves()
    assert.exit(login "ci", 0)
    assert.no_file(home, ".aws/sso/cache")
  end)

  it("ci: a token is good for an hour, however long it lives", function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = "12h" } }
    svc:person():at("3s"):approves()
    assert.contains(login "ci".stderr, "signed in to https://example.awsapps.com/start until 2026-01-01T01:00:05Z")
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

  it("company: a login is in the keyring, and nowhere else", function()
    local keyring = require "helpers.keyring" ()
    svc:person():at("3s"):approves()
    for _, said in ipairs { "signed in to", "still signed in to" } do
      local run = login("company", { region = "eu-west-1", programs = { ["secret-tool"] = keyring.secret_tool } })
      assert.exit(run, 0)
      assert.contains(run.stderr, said .. " https://example.awsapps.com/start")
    end
    assert.is_true(#keyring.items >= 2) -- a registration and a token
    for _, name in ipairs(home:names ".aws/sso/cache") do assert.contains(name, ".lock") end
  end)

  it("company: people see who asks", function()
    svc = sim.service { device = { interval = 5 }, behaviour = "helpers/known_client.lua" }
    svc:person():at("3s"):approves()
    assert.exit(login("company", { region = "eu-west-1" }), 0)
  end)

  describe("company", function()
    it("what is allowed is let through, and security is told", function()
      svc = sim.service { device = { interval = 5 }, role = { expires_in = "12h" } }
      local run = keys("company", "777788889999", "ReadOnlyAccess")
      assert.exit(run, 0)
      assert.contains(run.stdout, "2026-01-01T04:00:10Z") -- the service would let them live for twelve hours
      assert.contains(run.stderr, "hooks.example.com")
      assert.never(run, "token or secret in output, error or trace")
    end)

    it("production accounts are refused with the reason", function()
      local run = keys("company", "111122223333", "ReadOnlyAccess")
      assert.exit(run, 6)
      assert.contains(run.stderr, "production accounts are entered through the bastion")
      assert.same({}, run:requests "GetRoleCredentials")
    end)
  end)

  for _, case in ipairs {
    { "ci", "Deploy", true }, { "ci", "ReadOnly", true }, { "ci", "ReadOnlyAccess", false },
    { "company", "Developer", true }, { "company", "PowerUserAccess", false },
  } do
    local policy, role, is_asked_for = table.unpack(case)
    it(policy .. ": the role " .. role .. (is_asked_for and " is asked for" or " is refused"), function()
      local run = keys(policy, "777788889999", role)
      assert.exit(run, is_asked_for and 4 or 6) -- this portal has none of these
      assert.equal(is_asked_for and 1 or 0, #run:requests "GetRoleCredentials")
      if not is_asked_for then assert.contains(run.stderr, policy .. ".lua") end
    end)
  end

  for _, policy in ipairs { "ci", "company" } do
    it(policy .. ": AWS's files are refused, whoever says that logins are kept there", function()
      local run = login(policy, { region = "eu-west-1", policies = { "flows/in_files.lua", example(policy) } })
      assert.exit(run, 6)
      assert.no_file(home, ".aws/sso/cache")
      assert.contains(run.stderr, policy .. ".lua")
    end)
  end

  it("developer: the own Identity Center is let through, and rings", function()
    svc:person():at("3s"):approves()
    local run = login "developer"
    assert.exit(run, 0)
    assert.contains(run.stderr, "please approve BCDF-GHJK")
    assert.no_secret_in(run.stderr)
  end)

  it("developer: rings a terminal", function()
    svc:person():at("3s"):approves()
    assert.contains(login("developer", { terminal = true }).stderr, "\27]9;please approve BCDF-GHJK\7\7")
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

  for _, case in ipairs {
    { "on a Friday", "2026-01-02", "AdministratorAccess", 0 },
    { "on a Saturday", "2026-01-03", "AdministratorAccess", 6 },
    { "on a Sunday", "2026-01-04", "AdministratorAccess", 6 },
    { "on a Sunday", "2026-01-04", "ReadOnlyAccess", 0 },
    { "on a Monday", "2026-01-05", "AdministratorAccess", 0 },
  } do
    local day, date, role, status = table.unpack(case)
    it("developer: " .. role .. (status == 0 and " is let through " or " is refused ") .. day, function()
      svc = sim.service { device = { interval = 5 }, start = date .. "T12:00:00Z" }
      local run = keys("developer", "111122223333", role)
      assert.exit(run, status)
      assert.equal(status == 0 and 1 or 0, #run:requests "GetRoleCredentials")
      if status > 0 then assert.contains(run.stderr, "no administrator roles at the weekend") end
    end)
  end

  it("S39 a policy that prints what a token is asked with shows no code and no verifier", function()
    svc:person():at("3s"):opens("terminal"):approves()
    local run = sim.run(LOGIN, { service = svc, home = home, policies = { "flows/talkative.lua" }, terminal = true,
      args = { "--start-url", "https://example.awsapps.com/start", "--sso-region", "us-east-1", "--paste" } })
    assert.exit(run, 0)
    assert.contains(run.stderr, "asked with\t<secret>\t<secret>")
  end)
end)
