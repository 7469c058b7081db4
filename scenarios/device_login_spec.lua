-- scenarios/device_login_spec.lua: the flow under test is run unchanged; only the world around it is simulated.
local FLOW = "flows/login.lua"
describe("device login #device", function()
  local svc, home
  before_each(function()
    svc = sim.service { profile = "aws", start = "2026-01-01T00:00:00Z",
      device = { expires_in = 600, interval = 5, user_code = "BCDF-GHJK" },
      token  = { expires_in = 3600, refresh = "rotate", reuse_grace = "60s" } }
    home = sim.home {}
  end)

  it("waits for the person and caches the token", function()
    svc:person():at("42s"):opens("verification_uri_complete"):sees_code("BCDF-GHJK"):approves()
    local run = sim.run(FLOW, { service = svc, home = home })
    assert.exit(run, 0)
    assert.elapsed(run, "45s")
    assert.same({ 5, 5, 5, 5, 5, 5, 5, 5, 5 }, run:gaps "CreateToken")
    assert.file(home, "cache/token.json", { mode = "0600", valid_json = true })
    assert.contains(run.stderr, "enter BCDF-GHJK\n")
    assert.no_secret_in(run.output)
  end)

  it("adds five seconds at each slow_down and never takes them back", function()
    svc:fault("CreateToken", { calls = { 2, 3 }, answer = "slow_down" })
    svc:person():at("60s"):approves()
    local run = sim.run(FLOW, { service = svc, home = home })
    assert.same({ 5, 5, 10, 15, 15, 15 }, run:gaps "CreateToken")
  end)

  for _, case in ipairs { { "denies", "access_denied", 3 }, { "ignores", "expired_token", 4 } } do
    it("stops when the person " .. case[1] .. " it", function()
      if case[1] == "denies" then svc:person():at("7s"):denies() end
      local run = sim.run(FLOW, { service = svc, home = home })
      assert.exit(run, case[3])
      assert.last_error(run, case[2])
    end)
  end

  it("renews after an hour with no person, even if the first reply is lost", function()
    svc:person():at("3s"):approves()
    sim.run(FLOW, { service = svc, home = home })
    svc.clock:advance "1h"
    svc:fault("CreateToken", { grant = "refresh_token", calls = { 1 }, phase = "after", kind = "reset" })
    local run = sim.run(FLOW, { service = svc, home = home })
    assert.same({ "refresh_token", "refresh_token" }, run:grants())
    assert.browser_opened(run, 0)
  end)

  property("keeps its promises under any faults", { seeds = 500, shrink = true }, function(world)
    svc:chaos(world, { "network", "http", "clock", "disk", "crash" })
    local run = sim.run(FLOW, { service = svc, home = home, limit = "2h" })
    assert.always(run, "poll gap >= announced interval")
    assert.never(run, "token or secret in output, error or trace")
    assert.final(home, "cache is absent or whole and 0600")
  end)
end)
