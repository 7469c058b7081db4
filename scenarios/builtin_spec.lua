-- builtin_spec.lua: the built-in `login`. credentials_spec.lua and sessions_spec.lua have the other flows.
local builtin = require "helpers.builtin"
local TARGET <const> = { "--profile", "dev" }

describe("built-in flows #builtin", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600, reuse_grace = "60s" } }
    home = builtin.home()
  end)

  local function login(...)
    local run = builtin.run("login", { service = svc, home = home }, "--profile", "dev", "--flow", "device",
      "--no-browser", ...)
    assert.final(home, "cache is absent or whole and 0600")
    return run
  end

  it("login asks a person once, and is then still signed in", function()
    svc:person():at("12s"):approves()
    local first = login()
    assert.exit(first, 0)
    assert.elapsed(first, "15s")
    assert.browser_opened(first, 0)
    local second = login()
    assert.exit(second, 0)
    assert.same({}, second:requests())
    assert.contains(second.stderr, "still signed in")
  end)

  it("login --format json tells whose token it is, and not the token", function()
    svc:person():at("3s"):approves()
    local json = login("--format", "json").stdout
    for _, member in ipairs {
      '"source":"login"', '"startUrl":"https://example.awsapps.com/start"', '"region":"us-east-1"',
      '"session":"work"', '"expiresAt":"2026-01-01T01:00:05Z"', '"refreshable":true',
    } do assert.contains(json, member) end
    assert.no_secret_in(json)
  end)

  it("login --qr draws the address, or says why it cannot", function()
    svc:person():at("3s"):approves()
    local plain, drawn = login().stderr, nil
    svc:person():at("3s"):approves()
    drawn = login("--qr", "--force").stderr
    assert.is_true(#drawn > #plain + 20, drawn)
  end)

  local function paste(answers)
    return builtin.run("login", { service = svc, home = home, terminal = true, answers = answers }, "--profile", "dev",
      "--paste")
  end

  it("login --paste signs in when what was pasted first was not it", function()
    svc:person():at("20s"):opens("terminal"):approves()
    local run = paste { "http://127.0.0.1/oauth/callback?code=stolen&state=wrong" }
    assert.exit(run, 0)
    assert.contains(run.stderr, "that is not the address this login ends at")
    assert.same({ "authorization_code" }, run:grants())
  end)

  it("login --paste opens no browser, and ends with 5 when nobody brings an address", function()
    local run = paste()
    assert.exit(run, 5)
    assert.browser_opened(run, 0)
    assert.contains(run.error, "nobody brought the address that the browser ended at")
  end)

  for _, case in ipairs {
    { "--paste goes with --flow pkce", "--paste", "--flow", "device" },
    { "--redirect-port must be from 1 to 65535", "--redirect-port", "0" },
    { "--redirect-port must be from 1 to 65535", "--redirect-port", "65536" },
  } do
    it("login " .. table.concat(case, " ", 2) .. " is refused, and nothing is asked", function()
      local run = builtin.run("login", { service = svc, home = home }, table.unpack(case, 2))
      assert.exit(run, 2)
      assert.contains(run.stderr, case[1])
      assert.same({}, run:requests())
    end)
  end

  it("login renews after an hour with no person, even if the first reply is lost", function()
    svc:person():at("3s"):approves()
    login()
    svc.clock:advance "1h"
    svc:fault("CreateToken", { grant = "refresh_token", calls = { 1 }, phase = "after", kind = "reset" })
    local renewed = login()
    assert.exit(renewed, 0)
    assert.is_true(#renewed:grants() <= 2)
    for _, grant in ipairs(renewed:grants()) do assert.equal("refresh_token", grant) end
  end)

  for _, case in ipairs { { "denies", 4, "access_denied" }, { "ignores", 4, "expired_token" } } do
    it("login ends with 4 when the person " .. case[1] .. " it", function()
      if case[1] == "denies" then svc:person():at("7s"):denies() end
      local refused = login()
      assert.exit(refused, case[2])
      assert.last_error(refused, case[3])
    end)
  end

  for _, id in ipairs { "N01", "N03", "N05", "T01", "T02" } do
    it(id .. " at the start of a login ends it with 5, and names the host", function()
      svc:fault("RegisterClient", fault(id))
      local refused = login()
      assert.exit(refused, 5)
      assert.is_true(refused.elapsed <= 15)
      assert.contains(refused.stderr, "RegisterClient at oidc.us-east-1.amazonaws.com")
      assert.same({}, refused:requests "StartDeviceAuthorization")
    end)
  end

  it("F03 two logins at once ask one person once", function()
    svc:person():at("6s"):approves()
    local options = { service = svc, home = home, args = { "--flow", "device", "--no-browser", table.unpack(TARGET) } }
    local first = sim.start("../Sources/CLI/Flows/login.lua", options)
    local second = sim.start("../Sources/CLI/Flows/login.lua", options)
    local one, two = first:wait(), second:wait()
    assert.exit(one, 0)
    assert.exit(two, 0)
    assert.same(1, #one:requests "StartDeviceAuthorization" + #two:requests "StartDeviceAuthorization")
  end)

  it("R6749-18 renews again and again, each time with the newest refresh token", function()
    svc:person():at("3s"):approves()
    login()
    for _ = 1, 3 do
      svc.clock:advance "1h"
      assert.same({ "refresh_token" }, login():grants())
    end
  end)

  it("AWS-06 a start URL that nobody knows ends the login with 4", function()
    svc = sim.service { start_urls = { "https://another.awsapps.com/start" } }
    local refused = login()
    assert.exit(refused, 4)
    assert.last_error(refused, "invalid_request")
  end)

  property("login keeps its promises under any faults", { seeds = 200 }, function(world)
    svc:chaos(world, { "network", "http", "clock", "disk", "crash" })
    svc:person():at(world:number(1, 300)):approves()
    for _ = 1, 2 do
      local any = sim.run("../Sources/CLI/Flows/login.lua", { service = svc, home = home, limit = "2h",
        args = { "--flow", "device", "--no-browser", table.unpack(TARGET) } })
      assert.always(any, "poll gap >= announced interval")
      assert.always(any, "it ends by itself")
      assert.never(any, "token or secret in output, error or trace")
      assert.never(any, "a refresh token sent more than twice")
      assert.final(home, "cache is absent or whole and 0600")
    end
  end)
end)
