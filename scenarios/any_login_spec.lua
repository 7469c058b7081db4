-- any_login_spec.lua: two logins and the time between them, whatever passes by itself meanwhile.
local FLOW <const> = "flows/login.lua"
local CACHE <const> = "cache/token.json"

describe("any login #faults", function()
  property("comes to what the person decides, whatever passes by itself", { seeds = 100 }, function(world)
    -- All is drawn at once: what a smaller failure does without then changes nothing else.
    local chance = {
      interval = world:pick { "right", "H16", "H16b", "H16c", "H16d" },
      slowed = world:number(0, 4),
      failure = world:pick { "none", "N01", "N03", "N06", "N08", "H01", "H02", "H03" },
      failing = world:number(1, 6),
      jump = world:pick { "none", "2h", "-2h" },
      between = world:pick { "1s", "56m", "9h", "91d" },
      { decision = world:pick { "approves", "denies" }, time = world:number(1, 60) },
      { decision = world:pick { "approves", "denies" }, time = world:number(1, 60) },
    }

    local svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600 } }
    local home = sim.home {}
    if chance.interval ~= "right" then svc:fault("StartDeviceAuthorization", fault(chance.interval)) end
    if chance.slowed > 0 then
      svc:fault("CreateToken", { grant = "device_code", calls = chance.slowed, answer = "slow_down" })
    end
    if chance.failure ~= "none" then
      svc:fault("CreateToken", fault(chance.failure, { calls = chance.failing, phase = "before" }))
    end

    local function login(decision, time)
      local person = svc:person():at(time)
      person[decision](person)
      local process = sim.start(FLOW, { service = svc, home = home, limit = "2h" })
      svc.clock:advance "4s"
      if chance.jump ~= "none" then home.clock:jump(chance.jump) end
      local run = process:wait()
      local was_asked = #run:requests "StartDeviceAuthorization" > 0
      assert.exit(run, was_asked and decision == "denies" and 3 or 0)
      assert.always(run, "poll gap >= announced interval")
      assert.never(run, "token or secret in output, error or trace")
      assert.never(run, "a refresh token sent more than twice")
      assert.final(home, "cache is absent or whole and 0600")
      for _, name in ipairs(home:names ".") do
        local text = name ~= CACHE and home:read(name)
        if text then assert.no_secret_in(text) end
      end
    end

    login(chance[1].decision, chance[1].time)
    svc.clock:advance(chance.between)
    login(chance[2].decision, chance[2].time)
  end)
end)
