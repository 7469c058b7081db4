-- kept_login_spec.lua: what flows/login.lua keeps from one run to the next, and when it is of use.
local FLOW <const> = "flows/login.lua"
local CACHE <const> = "cache/token.json"

describe("a login that is kept #device", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600 } }
    home = sim.home {}
  end)

  -- A person approves within the first poll, where one is asked.
  local function login(env)
    svc:person():at("3s"):approves()
    local run = sim.run(FLOW, { service = svc, home = home, env = env })
    assert.exit(run, 0)
    assert.never(run, "token or secret in output, error or trace")
    assert.final(home, "cache is absent or whole and 0600")
    return run
  end

  it("R6749-18 is renewed again and again, each time by the token that came last", function()
    login()
    for _ = 1, 3 do
      svc.clock:advance "56m"
      assert.same({ "refresh_token" }, login():grants())
      assert.same({}, login():requests())
    end
  end)

  it("R6749-14 is renewed by the same token where no other one has come", function()
    svc = sim.service { device = { interval = 5 }, behaviour = "helpers/same_refresh_token.lua",
      token = { expires_in = 3600, reuse_grace = "4h" } }
    login()
    for _ = 1, 2 do
      svc.clock:advance "56m"
      assert.same({ "refresh_token" }, login():grants())
    end
  end)

  it("is of no use for another portal", function()
    login()
    assert.same({ "device_code" }, login { SSO_START_URL = "https://another.awsapps.com/start" }:grants())
  end)

  it("is of no use without its token", function()
    login()
    home:write(CACHE, (home:read(CACHE):gsub('"accessToken"', '"another"')), { mode = "0600" })
    assert.same({ "device_code" }, login():grants())
  end)

  for _, date in ipairs { '"soon"', "5", "{}" } do
    it("F01 is renewed where " .. date .. " stands for the date of its end", function()
      login()
      home:write(CACHE, (home:read(CACHE):gsub('("expiresAt":)"[^"]+"', "%1" .. date)), { mode = "0600" })
      assert.same({ "refresh_token" }, login():grants())
    end)
  end

  it("has a registration for later logins", function()
    login()
    svc.clock:advance "9h"
    local run = login()
    assert.same({ "refresh_token", "device_code" }, run:grants())
    assert.same({}, run:requests "RegisterClient")
  end)

  it("H31 has a registration that was revoked: another one is made, once", function()
    login()
    svc.clock:advance "9h"
    svc:fault("StartDeviceAuthorization", fault("H31", { calls = 1 }))
    assert.same(1, #login():requests "RegisterClient")
  end)

  it("H32 has a registration that is about to end: another one is made before it is used", function()
    login()
    svc.clock:advance "89d23h57m"
    local run = login()
    assert.same(1, #run:requests "RegisterClient")
    assert.same(1, #run:requests "StartDeviceAuthorization")
  end)

  it("has a registration that is over: nothing is renewed by it", function()
    login()
    svc.clock:advance "91d"
    assert.same({ "device_code" }, login():grants())
  end)
end)
