-- builtin_spec.lua: the flows that come with ssoscript: login, status, logout. credentials_spec.lua has the other one.
local builtin = require "helpers.builtin"
local TARGET <const> = { "--profile", "dev" }

describe("built-in flows #builtin", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600, reuse_grace = "60s" } }
    home = builtin.home()
  end)

  local function run(name, ...)
    local run = builtin.run(name, { service = svc, home = home }, "--profile", "dev", ...)
    assert.final(home, "cache is absent or whole and 0600")
    return run
  end

  local function login(...) return run("login", "--flow", "device", "--no-browser", ...) end

  it("login asks a person once, and is then still signed in", function()
    svc:person():at("12s"):approves()
    local first = login()
    assert.exit(first, 0)
    assert.elapsed(first, "15s")
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

  it("status tells who is signed in", function()
    assert.exit(run "status", 1)
    svc:person():at("3s"):approves()
    login()
    local status = run "status"
    assert.exit(status, 0)
    assert.contains(status.stdout, "renewable")
    assert.contains(status.stdout, "registration  89 d left")
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

  it("logout ends the session here and at the service", function()
    svc:person():at("3s"):approves()
    login()
    local out = run "logout"
    assert.exit(out, 0)
    assert.contains(out.stderr, "signed out of")
    assert.exit(run "status", 1)
  end)

  it("N17 logout behind a captive portal ends the session here only, and says so", function()
    svc:person():at("3s"):approves()
    login()
    svc:fault("Logout", fault "N17")
    local out = run "logout"
    assert.contains(out.stderr, "(here only; the service did not confirm: ")
    assert.contains(out.stderr, "CaptivePortal")
  end)

  it("logout ends nothing, and says so, where others can read the login", function()
    svc:person():at("3s"):approves()
    login()
    local path = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json" -- SHA-1 of "work"
    home:write(path, home:read(path), { mode = "0644" })
    local out = sim.run("../Sources/CLI/Flows/logout.lua", { service = svc, home = home, args = TARGET })
    assert.exit(out, 1)
    assert.same({}, out:requests())
    assert.contains(out.stderr, "not signed out of https://example.awsapps.com/start")
    assert.file(home, path, { mode = "0644" })
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
