-- behaviours_spec.lua: the behaviours of examples/behaviours, before a flow that has to live with them:
-- the same files that `ssoscript serve --script` takes.
local FLOW <const> = "flows/login.lua"

describe("behaviours #behaviours", function()
  local svc, home

  local function begin(name)
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600 },
      behaviour = "../examples/behaviours/" .. name .. ".lua" }
    home = sim.home {}
  end

  -- What each request for an operation came to, one after the other.
  local function results(run, operation)
    local results = {}
    for number, request in ipairs(run:requests(operation)) do
      results[number] = request.error or request.status
    end
    return results
  end

  after_each(function() assert.final(home, "cache is absent or whole and 0600") end)

  describe("slow-service", function()
    before_each(function() begin "slow-service" end)

    it("delays, slows down, is down for a while, and gives a token in the end", function()
      svc:person():at("30s"):approves()
      local run = sim.run(FLOW, { service = svc, home = home })
      assert.exit(run, 0)
      assert.same({ "authorization_pending", "slow_down", "authorization_pending", 503, 200 },
        results(run, "CreateToken"))
      assert.equal(1, run:requests("StartDeviceAuthorization")[1].time) -- a second for the registration
      assert.always(run, "poll gap >= announced interval")
    end)
  end)

  describe("flaky-network", function()
    before_each(function() begin "flaky-network" end)

    it("loses replies, which the flow asks for again", function()
      svc:person():at("20s"):approves()
      local run = sim.run(FLOW, { service = svc, home = home })
      assert.exit(run, 0)
      assert.same({ "incomplete", 200 }, results(run, "RegisterClient"))
      assert.same({ "incomplete", "authorization_pending", "incomplete", 200 },
        results(run, "CreateToken"))
      assert.contains(run:requests("RegisterClient")[1].fault, "N08")
    end)

    it("gives tokens for a minute, and no renewal: a person is asked again", function()
      svc:person():at("20s"):approves()
      assert.exit(sim.run(FLOW, { service = svc, home = home }), 0)
      svc.clock:advance "1m"
      svc:person():at("3s"):approves()
      local run = sim.run(FLOW, { service = svc, home = home })
      assert.exit(run, 0)
      assert.contains(run:requests("CreateToken")[1].fault, "N09")
      assert.same("device_code", run:grants()[#run:grants()])
    end)
  end)

  describe("impatient-person", function()
    before_each(function() begin "impatient-person" end)

    it("denies the first login, approves the second late, lets the third grow old", function()
      local denied = sim.run(FLOW, { service = svc, home = home })
      assert.exit(denied, 3)
      assert.last_error(denied, "access_denied")
      local approved = sim.run(FLOW, { service = svc, home = home })
      assert.exit(approved, 0)
      assert.elapsed(approved, "45s") -- the first poll after 42 seconds
      home:remove "cache/token.json"
      local expired = sim.run(FLOW, { service = svc, home = home })
      assert.exit(expired, 4)
      assert.last_error(expired, "expired_token")
    end)
  end)
end)
