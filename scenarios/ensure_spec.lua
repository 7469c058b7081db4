-- ensure_spec.lua - the built-in sign-in keeps its promises, whatever goes wrong.

local FLOW = "flows/ensure.lua"
local CONFIG = [[
[sso-session work]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
]]

describe("sso.ensure", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600 } }
    home = sim.home { files = { [".aws/config"] = CONFIG } }
  end)

  local function source(options)
    options = options or {}
    options.service, options.home = svc, home
    local run = sim.run(FLOW, options)
    return (run.stdout:gsub("\n", "")), run
  end

  it("asks a person once, then the cache, then the service", function()
    svc:person():at("30s"):approves()
    assert.equal("login", (source()))
    assert.equal("cache", (source()))
    svc.clock:advance "1h"
    assert.equal("refresh", (source()))
    assert.final(home, "cache is absent or whole and 0600")
  end)

  it("asks for a lost renewal once more, and never a third time", function()
    svc:person():at("3s"):approves()
    source()
    svc.clock:advance "1h"
    svc:fault("CreateToken", { grant = "refresh_token", phase = "after", kind = "reset" })
    svc:person():at("1m"):approves()
    local from, run = source()
    assert.equal("login", from)
    assert.never(run, "a refresh token sent more than twice")
  end)

  it("lets one of two programs ask the person", function()
    svc:person():at("30s"):approves()
    local first = sim.start(FLOW, { service = svc, home = home })
    local second = sim.start(FLOW, { service = svc, home = home, delay = "1s" })
    first, second = first:wait(), second:wait()
    assert.same({ "login\n", "cache\n" }, { first.stdout, second.stdout })
  end)

  it("leaves the login to its owner where it may only read it", function()
    svc:person():at("3s"):approves()
    source()
    svc.clock:advance "50m"
    local token = ".aws/sso/cache/e274eeff768c6396088ec6eb091f4bf4d47ab1e0.json"
    local kept = home:read(token)
    local run = sim.run("flows/read_only.lua", { service = svc, home = home })
    assert.equal("cache\n", run.stdout)
    assert.same({}, run:requests())
    assert.equal(kept, home:read(token))
    svc.clock:advance "2m"
    assert.equal("refresh", (source()))
  end)

  it("uses what it may only read, and keeps what is new above it", function()
    svc:person():at("3s"):approves()
    source()
    local borrowed = sim.run("flows/borrowed.lua", { service = svc, home = home, args = { "1" } })
    assert.equal("cache\n", borrowed.stdout)
    svc.clock:advance "2h"
    svc:person():at("3s"):approves()
    local run = sim.run("flows/borrowed.lua", { service = svc, home = home, args = { "3", "again" } })
    assert.equal("login\ncache\ncache\ncache\n", run.stdout)
    assert.equal("refresh", (source()))
  end)

  for _, id in ipairs { "F08", "F09", "F10" } do
    it("gives the token though the disk fails (" .. id .. ")", function()
      home:fault(fault(id))
      svc:person():at("3s"):approves()
      local from, run = source()
      assert.equal("login", from)
      assert.exit(run, 0)
    end)
  end

  it("leaves the cache whole wherever it is killed", function()
    svc:person():at("3s"):approves()
    local _, whole = source()
    for step = 1, whole.steps do
      home = sim.home { files = { [".aws/config"] = CONFIG } }
      svc:person():at("3s"):approves()
      local _, run = source { crash_at = step }
      assert.exit(run, 137)
      assert.final(home, "cache is absent or whole and 0600")
    end
  end)

  -- Starts several at once; gives how many renewals and polls they have sent in all.
  local function together(count)
    local processes, renewals, polls = {}, 0, 0
    for number = 1, count do
      processes[number] = sim.start(FLOW, { service = svc, home = home })
    end
    for _, process in ipairs(processes) do
      local run = process:wait()
      assert.exit(run, 0)
      for _, grant in ipairs(run:grants()) do
        if grant == "refresh_token" then renewals = renewals + 1 else polls = polls + 1 end
      end
    end
    assert.final(home, "cache is absent or whole and 0600")
    return renewals, polls
  end

  property("F03 is one login and one renewal for many programs, whoever is next", { seeds = 200 },
    function(world)
      local count = world:number(2, 5)
      svc:person():at("4s"):approves()
      assert.same({ 0, 1 }, { together(count) })
      svc.clock:advance "1h"
      assert.same({ 1, 0 }, { together(count) })
    end)

  property("F05 many programs without locks do no harm to what is kept", { seeds = 100 },
    function(world)
      svc = sim.service { approve = "3s", device = { interval = 5 }, token = { expires_in = 3600 } }
      home:fault(fault("F05"))
      together(world:number(2, 5))
      svc.clock:advance "1h"
      together(world:number(2, 5))
    end)

  property("keeps its promises under any faults", { seeds = 200 }, function(world)
    svc:chaos(world, { "network", "http", "clock", "disk", "crash" })
    svc:person():at(world:number(1, 300)):approves()
    local _, run = source { limit = "2h" }
    assert.always(run, "poll gap >= announced interval")
    assert.always(run, "it ends by itself")
    assert.never(run, "token or secret in output, error or trace")
    assert.final(home, "cache is absent or whole and 0600")
  end)
end)
