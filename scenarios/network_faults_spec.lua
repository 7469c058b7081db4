-- network_faults_spec.lua: N01 to N19, H35 and T01 to T07 of the failure catalogue.
local FLOW <const> = "flows/login.lua"

describe("network faults #faults", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { reuse_grace = "60s" } }
    home = sim.home {}
  end)

  local function login(options)
    options = options or {}
    options.service, options.home = svc, home
    local run = sim.run(FLOW, options)
    assert.always(run, "poll gap >= announced interval")
    assert.never(run, "token or secret in output, error or trace")
    assert.final(home, "cache is absent or whole and 0600")
    return run
  end

  -- Two addresses, IPv6 and IPv4: one of them will do, and nobody hears of the other.
  for id, delay in pairs { N02 = 0.2, N02b = 0 } do
    it(id .. " one address family is dead: the other is used, and nothing is said", function()
      svc:fault("*", fault(id))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 0)
      local asked = run:requests()
      assert.equal(delay, asked[2].time - asked[1].time)
      assert.same({ "device_code", "device_code" }, run:grants())
      assert.is_nil(run.stderr:lower():find("connect", 1, true))
    end)
  end

  -- While nothing is under way, a network that does not work ends the login with a clear word: at
  -- once, or after three tries within 15 s.
  local at_start = {
    N01 = { 1, "Could not resolve host" }, N02c = { 15, "ms: Timeout was reached" },
    N02d = { 1, "after 0 ms: Couldn't connect to server" }, N02e = { 15, "ms: Timeout was reached" },
    N03 = { 1, "Failed to connect" }, N05 = { 15, "Connection timed out" }, N15 = { 0, "407" },
    T01 = { 0, "certificate has expired. Check the CA file, the clock" },
    T02 = { 0, "local issuer certificate. Check the CA file" }, T03 = { 0, "certificate subject name" },
    T04 = { 0, "unsupported protocol" }, T05 = { 15, "timeout" } }
  for id, expected in pairs(at_start) do
    it(id .. " at the start ends the login and names host and cause", function()
      svc:fault("RegisterClient", fault(id))
      local run = login()
      assert.exit(run, 5)
      assert.is_true(run.elapsed <= expected[1], "it took " .. run.elapsed .. " s")
      assert.contains(run.stderr, "RegisterClient at oidc.us-east-1.amazonaws.com")
      assert.contains(run.stderr, expected[2])
      assert.is_nil(run.stderr:lower():find("insecure", 1, true))
      assert.no_file(home, "cache/token.json")
    end)
  end

  it("N03 on this machine asks whether a service runs there", function()
    svc:fault("RegisterClient", fault "N03")
    local run = login { env = { AWS_ENDPOINT_URL_SSO_OIDC = "http://127.0.0.1:8087" } }
    assert.exit(run, 5)
    assert.contains(run.stderr, "Is `ssoscript serve` running there?")
  end)

  it("N07 lost before it left: repeated at once, once", function()
    svc:fault("RegisterClient", fault("N07", { calls = 1 }))
    svc:person():at("1s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.same(2, #run:requests "RegisterClient")
    assert.is_true(run:gaps("RegisterClient")[1] < 1)
  end)

  it("N17 a captive portal at the start is named", function()
    svc:fault("RegisterClient", fault "N17")
    local run = login()
    assert.exit(run, 5)
    assert.contains(run.stderr, "not an answer of the service: HTML page (captive portal?)")
  end)

  -- While a person is being waited for, it is waited on, twice as long after each failure. Behind each
  -- is how long the call itself takes: the limits for connecting, for all, for being too slow.
  local pending = {
    N01 = 0, N02c = 5, N02d = 0, N02e = 5, N03 = 0, N05 = 5, N06 = 15, N07 = 0, N08 = 0, N11 = 0, N12 = 0,
    N13 = 11, N17 = 0, T05 = 5, H35 = 0, H35b = 0 }
  for id, duration in pairs(pending) do
    it(id .. " while polling is waited out", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 0)
      assert.same({ 5, 10 + duration }, run:gaps "CreateToken")
      assert.file(home, "cache/token.json", { mode = "0600", valid_json = true })
    end)
  end

  it("N01 while polling, for ever: gaps grow to a minute, and no poll comes after the code's end", function()
    svc:fault("CreateToken", fault "N01")
    local run = login()
    assert.exit(run, 4)
    assert.same({ 5, 10, 20, 40, 60, 60, 60, 60, 60, 60, 60, 60 }, run:gaps "CreateToken")
    assert.contains(run.stderr, "Could not resolve host")
    assert.is_true(run.elapsed <= 600)
  end)

  it("N04 refused for 30 seconds in mid-poll: the gaps grow, then it succeeds", function()
    svc:fault("CreateToken", fault "N04")
    svc:person():at("7s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.same({ 5, 5, 10, 20 }, run:gaps "CreateToken")
  end)

  it("N14 a kept connection that ends between polls is nobody's business", function()
    svc:fault("CreateToken", fault("N14", { calls = 1 }))
    svc:person():at("7s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.same({ 5, 5 }, run:gaps "CreateToken")
    for _, request in ipairs(run:requests()) do
      assert.is_true(request.error == nil or request.error == "authorization_pending")
    end
    assert.is_nil(run.stderr:find("error", 1, true))
  end)

  for _, id in ipairs { "N08", "N08b", "N11", "N12", "H35" } do
    it(id .. " the reply with the token is lost: the next poll says so, and there is no loop", function()
      svc:fault("CreateToken", fault(id, { calls = 2, phase = id ~= "H35" and "after" or nil }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 5)
      assert.last_error(run, "invalid_grant")
      assert.contains(run.stderr, "Log in again")
      assert.same({ 5, 5, 10 }, run:gaps "CreateToken")
      assert.no_file(home, "cache/token.json")
    end)
  end

  for _, id in ipairs { "N09", "N09b", "N09c", "N11", "N12", "H35", "H35b" } do
    it(id .. " the reply to a refresh is lost: asked for once more, with the same answer", function()
      svc:person():at("3s"):approves()
      login()
      svc.clock:advance "1h"
      svc:fault("CreateToken", fault(id, { grant = "refresh_token", calls = 1 }))
      local run = login()
      assert.exit(run, 0)
      assert.same({ "refresh_token", "refresh_token" }, run:grants())
    end)
  end

  it("N09 the reply to a refresh is lost each time: a person is asked, and there is no loop", function()
    svc:person():at("3s"):approves()
    login()
    svc.clock:advance "1h"
    svc:fault("CreateToken", fault("N09", { grant = "refresh_token" }))
    svc:person():at("3s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.same({ "refresh_token", "refresh_token", "device_code" }, run:grants())
    assert.never(run, "a refresh token sent more than twice")
  end)

  for id, place in pairs { N18 = "elsewhere.example", N19 = "/token", N19b = "" } do
    it(id .. " a redirect is not followed, and told", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 5)
      assert.same({ "device_code" }, run:grants())
      assert.contains(run.stderr, "oidc.us-east-1.amazonaws.com sends the request on to " .. place)
    end)
  end

  -- A certificate does not mend itself while one waits.
  for _, id in ipairs { "T01", "T02", "T03", "T04" } do
    it(id .. " while polling ends the login at once", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 5)
      assert.elapsed(run, "5s")
      assert.same({ "device_code" }, run:grants())
      assert.contains(run.stderr, "Check the CA file, the clock and the host name")
      assert.no_file(home, "cache/token.json")
    end)
  end
end)
