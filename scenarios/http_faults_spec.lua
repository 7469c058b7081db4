-- http_faults_spec.lua: H01 to H34 of the failure catalogue.
local FLOW <const> = "flows/login.lua"

describe("faults of answers #faults", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 } }
    home = sim.home {}
  end)

  local function login()
    local run = sim.run(FLOW, { service = svc, home = home, limit = "2h" })
    assert.always(run, "poll gap >= announced interval")
    assert.always(run, "it ends by itself")
    assert.never(run, "token or secret in output, error or trace")
    assert.final(home, "cache is absent or whole and 0600")
    return run
  end

  -- What a poll is answered in place of the rules, and how the login ends.
  local polls = {
    { "H01", 0 }, { "H02", 0 }, { "H02b", 0 }, { "H02c", 0 }, { "H03", 0 }, { "H04", 0 },
    { "H04b", 0 }, { "H04c", 0 }, { "H05", 0 }, { "H06", 0 }, { "H07", 5 }, { "H08", 0 },
    { "H08b", 0 }, { "H08c", 0 }, { "H08d", 0 }, { "H09", 0 }, { "H19", 5 }, { "H19b", 5 },
    { "H23", 0 }, { "H28", 5 }, { "H29", 4 }, { "H30", 3 }, { "H31", 5 }, { "H32", 5 },
  }
  for _, case in ipairs(polls) do
    it(("%s as the answer to a poll ends with %d"):format(case[1], case[2]), function()
      svc:fault("CreateToken", fault(case[1], { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, case[2])
    end)
  end

  -- What is wrong in the reply with the token. What cannot be taken is not cached.
  local tokens = {
    { "H09b", 5 }, { "H10", 5 }, { "H11", 5 }, { "H12", 5 }, { "H12b", 5 }, { "H12c", 5 },
    { "H13", 0 }, { "H14", 0 }, { "H15", 0 }, { "H15b", 5 }, { "H15c", 5 }, { "H15d", 5 },
    { "H15e", 5 }, { "H15f", 5 }, { "H22", 5 }, { "H22b", 5 }, { "H24", 5 }, { "H25", 0 },
    { "H26", 5 }, { "H33", 0 }, { "H34", 5 },
  }
  for _, case in ipairs(tokens) do
    it(("%s in the reply with the token ends with %d"):format(case[1], case[2]), function()
      svc:fault("CreateToken", fault(case[1], { calls = 1 }))
      svc:person():at("1s"):approves()
      local run = login()
      assert.exit(run, case[2])
      if case[2] ~= 0 then assert.no_file(home, "cache/token.json") end
    end)
  end

  -- What is wrong in the reply to a device authorization.
  for id, interval in pairs { H16 = 5, H16b = 1, H16c = 5, H16d = 5 } do
    it(id .. " an interval that is none does not make a busy loop", function()
      svc:fault("StartDeviceAuthorization", fault(id, { calls = 1 }))
      svc:person():at("1s"):approves()
      local run = login()
      assert.exit(run, 0)
      assert.is_true(run:gaps("CreateToken")[1] >= interval)
    end)
  end

  it("H16e an interval of a million seconds ends with the code", function()
    svc:fault("StartDeviceAuthorization", fault("H16e", { calls = 1 }))
    local run = sim.run(FLOW, { service = svc, home = home })
    assert.exit(run, 4)
    assert.elapsed(run, "10m")
  end)

  for _, id in ipairs { "H17", "H17b", "H17c", "H17d", "H18", "H18b", "H18c" } do
    it(id .. " shows nothing that a terminal or a browser would act on", function()
      svc:fault("StartDeviceAuthorization", fault(id, { calls = 1 }))
      svc:person():at("1s"):approves()
      local run = login()
      assert.browser_opened(run, 0)
      assert.is_nil(run.stderr:find("\27", 1, true))
      assert.is_nil(run.stderr:find("\u{202e}", 1, true))
      assert.is_true(#run.stderr < 5000)
    end)
  end

  for _, id in ipairs { "H20", "H21" } do
    it(id .. " a body without end is not read to its end", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, 5)
      assert.contains(run.stderr, "larger than 1048576 bytes")
    end)
  end

  it("H27 slow_down on every poll ends with the code, after few polls", function()
    svc:fault("CreateToken", fault("H27"))
    local run = login()
    assert.exit(run, 4)
    assert.is_true(#run:grants() <= 15)
  end)
end)
