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

  -- What a poll is answered in place of the rules, how the login ends, the pauses between polls, and
  -- the word for it where it ends there.
  local polls = {
    { "H01", 0, { 5, 10 } }, { "H02", 0, { 5, 10 } }, { "H02b", 0, { 5, 10 } }, { "H02c", 0, { 5, 10 } },
    { "H03", 0, { 5, 120 } }, { "H04b", 0, { 5, 10 } }, { "H04c", 0, { 5, 10 } },
    { "H05", 0, { 5, 10 } }, { "H06", 0, { 5, 10 } },
    { "H07", 5, { 5 }, "HTTP 400: not JSON but: <!DOCTYPE html>" }, { "H08", 5, { 5 }, "not an object but empty" },
    { "H08b", 5, { 5 }, "not an object but null" }, { "H08c", 5, { 5 }, "not an object but a list" },
    { "H08d", 5, { 5 }, "not an object but a string" }, { "H09", 5, { 5 }, "the answer lacks accessToken" },
    { "H19", 5, { 5 }, "\\u{1b}[2J" }, { "H19b", 5, { 5 }, "no no no" },
    { "H23", 5, { 5 }, "nested too deep at byte 64" }, { "H28", 5, { 5 }, "unheard_of" },
    { "H29", 4, { 5 }, "ExpiredTokenException" }, { "H30", 3, { 5 }, "AccessDeniedException" },
    { "H31", 5, { 5 }, "Register the client again" }, { "H32", 5, { 5 }, "Register the client again" },
  }
  for _, case in ipairs(polls) do
    local id, status, gaps, words = table.unpack(case)
    it(("%s as the answer to a poll ends with %d"):format(id, status), function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = login()
      assert.exit(run, status)
      assert.same(gaps, run:gaps "CreateToken")
      if not words then return end
      assert.contains(run.stderr, words)
      assert.is_true(#run.stderr < 2000)
      assert.is_nil(run.stderr:find("\27", 1, true))
      assert.no_file(home, "cache/token.json")
      if id == "H19b" then
        local shown = run.stderr:match "no no[no ]*…"
        assert.equal(500, shown and utf8.len(shown) - 1)
      end
    end)
  end

  it("H01 once, before a person is asked, is repeated unseen", function()
    svc:fault("RegisterClient", fault("H01", { calls = 1 }))
    svc:person():at("1s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.equal(2, #run:requests "RegisterClient")
    assert.is_nil(run.stderr:find("error", 1, true))
  end)

  for _, id in ipairs { "H01", "H02", "H02b", "H02c" } do
    it(id .. " for ever: three tries within 15 s, then the status is told", function()
      svc:fault("RegisterClient", fault(id))
      local run = login()
      assert.exit(run, 5)
      assert.equal(3, #run:requests())
      assert.is_true(run.elapsed <= 15)
      assert.contains(run.stderr, "HTTP " .. run:requests()[3].status)
    end)

    it(id .. " for ever while polling: until the code ends, more slowly each time", function()
      svc:fault("CreateToken", fault(id))
      local run = login()
      assert.exit(run, 4)
      assert.same({ 5, 10, 20, 40, 60, 60, 60, 60, 60, 60, 60, 60 }, run:gaps "CreateToken")
      assert.contains(run.stderr, "The service has a problem: try again later")
    end)
  end

  it("H03 a wish beyond what is left of the code is told at once", function()
    svc = sim.service { device = { interval = 5, expires_in = 130 } }
    svc:fault("CreateToken", fault("H03", { calls = 3 }))
    local run = login()
    assert.exit(run, 4)
    assert.elapsed(run, "15s")
    assert.contains(run.stderr, "HTTP 503")
  end)

  -- Clamped to what is left of the code's life: the poll then comes too late for any approval.
  it("H04 a wish for 30 years is taken as one for the code's end", function()
    svc:fault("CreateToken", fault("H04", { calls = 1 }))
    svc:person():at("7s"):approves()
    local run = login()
    assert.exit(run, 4)
    assert.same({ 5, 595 }, run:gaps "CreateToken")
    assert.last_error(run, "expired_token")
    assert.contains(run.stderr, "The device code has expired. Start the login again.")
    assert.no_file(home, "cache/token.json")
  end)

  it("H05 429 for ever is as slow_down: five seconds more each time", function()
    svc:fault("CreateToken", fault "H05")
    local run = login()
    assert.exit(run, 4)
    local gaps = run:gaps "CreateToken"
    assert.same({ 5, 10, 15, 20, 25 }, { table.unpack(gaps, 1, 5) })
    assert.is_true(#gaps <= 15)
  end)

  it("H06 a firewall is waited out five times in a row", function()
    svc:fault("CreateToken", fault "H06")
    local run = login()
    assert.exit(run, 5)
    assert.same({ 5, 10, 20, 40, 60, 60 }, run:gaps "CreateToken")
    assert.contains(run.stderr, "Request blocked.")
  end)

  it("H06 a firewall that lets a poll through is waited out anew, and the pauses begin anew", function()
    svc:fault("CreateToken", fault("H06", { calls = { 1, 2, 3, 4, 6, 7 } }))
    svc:person():at("150s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.same({ 5, 10, 20, 40, 60, 5, 10, 20 }, run:gaps "CreateToken")
  end)

  -- What is wrong in the reply with the token: it is said, and nothing is cached.
  local refused = {
    H09b = "lacks accessToken", H10 = "unexpected end at byte", H11 = "duplicate key at byte",
    H12 = "invalid UTF-8 at byte", H12b = "at byte", H12c = "a control character in accessToken",
    H15b = "a number with a fraction or exponent as expiresIn, which must be an integer",
    H15c = "-5 as expiresIn: no lifetime in seconds", H15d = "0 as expiresIn: no lifetime in seconds",
    H15e = "a number with a fraction or exponent as expiresIn, which must be an integer",
    H15f = "the answer is no JSON: unexpected byte at byte 104 (expiresIn)", H22 = "a header line is longer than 16384 bytes",
    H22b = "more than 100 header lines", H26 = 'tokenType "MAC", not Bearer', H34 = "lacks accessToken",
  }
  for id, words in pairs(refused) do
    it(id .. " in the reply with the token ends the login and says why", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("1s"):approves()
      local run = login()
      assert.exit(run, 5)
      assert.same({ "device_code" }, run:grants())
      assert.contains(run.stderr, words)
      assert.no_file(home, "cache/token.json")
      if not id:find "^H12" then return end
      local text = run.stderr:gsub("%(request id [%x-]+%)", "")
      for _, bytes in ipairs { "abc", "def", "\0", "\u{fffd}", "\xff" } do
        assert.is_nil(text:find(bytes, 1, true))
      end
    end)
  end

  it("H24 a token under the wrong Content-Type is taken for a portal's page, and is lost", function()
    svc:fault("CreateToken", fault("H24", { calls = 1 }))
    svc:person():at("1s"):approves()
    local run = login()
    assert.exit(run, 5)
    assert.last_error(run, "invalid_grant")
    assert.same({ 5, 10 }, run:gaps "CreateToken")
    assert.no_file(home, "cache/token.json")
  end)

  -- What is odd, and does no harm.
  for _, id in ipairs { "H13", "H14", "H15", "H25", "H33" } do
    it(id .. " in the reply with the token is taken as it is meant", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("1s"):approves()
      local run = login()
      assert.exit(run, 0)
      assert.file(home, "cache/token.json", { mode = "0600", valid_json = true })
      local ends = home:read("cache/token.json"):match '"expiresAt": ?"([^"]+)"'
      assert.equal(id == "H14" and "2026-01-01T00:05:05Z" or ends, ends) -- five minutes, where none is told
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
      assert.exit(run, 5)
      assert.contains(run.stderr, id:find "H17" and "verificationUri" or "userCode")
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
