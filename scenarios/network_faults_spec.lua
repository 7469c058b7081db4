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

  -- While nothing is under way, a network that does not work ends the login with a clear word.
  local at_start = {
    N01 = "Could not resolve host", N03 = "Failed to connect", N05 = "Connection timed out",
    N02c = "ms: Timeout was reached", N02d = "after 0 ms: Couldn't connect to server",
    N02e = "ms: Timeout was reached",
    N15 = "407", T01 = "certificate has expired", T02 = "local issuer certificate",
    T03 = "certificate subject name", T04 = "unsupported protocol", T05 = "timeout" }
  for _, id in ipairs { "N01", "N02c", "N02d", "N02e", "N03", "N05", "N15", "T01", "T02", "T03", "T04", "T05" } do
    it(id .. " at the start ends the login and names host and cause", function()
      svc:fault("RegisterClient", fault(id))
      local run = login()
      assert.exit(run, 5)
      assert.contains(run.stderr, "oidc.us-east-1.amazonaws.com")
      assert.contains(run.stderr, at_start[id])
      assert.is_true(run.elapsed <= 15, "three tries within 15 s")
      assert.no_file(home, "cache/token.json")
    end)
  end

  -- While a person is being waited for, it is waited on.
  for _, id in ipairs { "N01", "N02c", "N02d", "N02e", "N03", "N05", "N06", "N07", "N08", "N11", "N12", "N13", "N14", "N17", "H35", "H35b" } do
    it(id .. " while polling is waited out", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 0)
      assert.file(home, "cache/token.json", { mode = "0600", valid_json = true })
    end)
  end

  it("N04 refused for 30 seconds in mid-poll: few polls, then it succeeds", function()
    svc:fault("CreateToken", fault("N03", { from = "8s", ["until"] = "38s" }))
    svc:person():at("7s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.is_true(#run:grants() <= 12, "few polls while nobody listens")
  end)

  for _, id in ipairs { "N08", "N08b", "H35" } do
    it(id .. " the reply with the token is lost: the next poll says so, and there is no loop", function()
      svc:fault("CreateToken", fault(id, { calls = 2 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 5)
      assert.last_error(run, "invalid_grant")
      assert.same(3, #run:grants())
    end)
  end

  for _, id in ipairs { "N09", "N09b", "H35", "H35b" } do
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

  for _, id in ipairs { "N18", "N19", "N19b" } do
    it(id .. " a redirect is not followed", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 5)
      assert.same({ "device_code" }, run:grants())
    end)
  end

  it("T07 a certificate that nobody knows for a while costs no new registration", function()
    svc:fault("CreateToken", fault("T02", { calls = 1 }))
    svc:person():at("7s"):approves()
    local run = login()
    assert.same(1, #run:requests "RegisterClient")
  end)
end)
