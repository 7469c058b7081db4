-- clock_and_disk_faults_spec.lua: K01 to K06 and F01 to F23 of the failure catalogue.
local FLOW <const> = "flows/login.lua"
local CACHE <const> = "cache/token.json"

describe("faults of the machine #faults", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600 } }
    home = sim.home {}
  end)

  local function login(options)
    options = options or {}
    options.service, options.home = svc, home
    local run = sim.run(FLOW, options)
    assert.never(run, "token or secret in output, error or trace")
    assert.final(home, "cache is absent or whole and 0600")
    return run
  end

  for _, id in ipairs { "K01", "K02" } do
    it(id .. " a clock that jumps does not change the waiting", function()
      svc:person():at("12s"):approves()
      home:fault(fault(id, { after = "7s" }))
      local run = login()
      assert.exit(run, 0)
      assert.same({ 5, 5, 5 }, run:gaps "CreateToken")
    end)
  end

  for id, how in pairs { K04 = "fast", K04b = "slow" } do
    it(id .. " a clock that is ten minutes " .. how .. " costs no login, and renews in time", function()
      home:fault(id)
      svc:person():at("3s"):approves()
      assert.exit(login(), 0)
      assert.same({}, login():requests())
      svc.clock:advance "56m"
      assert.same({ "refresh_token" }, login():grants())
    end)
  end

  it("renews in time, and asks a person when the registration is over", function()
    svc:person():at("3s"):approves()
    login()
    svc.clock:advance "56m"
    assert.same({ "refresh_token" }, login():grants())
    svc.clock:advance "91d"
    svc:person():at("3s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.same(1, #run:requests "RegisterClient")
  end)

  for id, how in pairs {
    F01 = "is empty", F01b = "is truncated", F01c = "is garbage", F01d = "holds a list", F02 = "has an old tail",
  } do
    it(id .. " a cache file that " .. how .. " is as good as none", function()
      svc:person():at("3s"):approves()
      login()
      home:fault(id)
      svc:person():at("3s"):approves()
      local run = login()
      assert.exit(run, 0)
      assert.same({ "device_code" }, run:grants())
      assert.file(home, CACHE, { mode = "0600", valid_json = true })
    end)
  end

  it("F12c a FIFO in the place of the cache file keeps a flow that reads it by hand waiting for ever", function()
    svc:person():at("3s"):approves()
    login()
    home:fault "F12c"
    local run = sim.run(FLOW, { service = svc, home = home, limit = "1h" })
    assert.exit(run, 7)
    assert.elapsed(run, "1h")
    assert.same({}, run:requests())
    run = sim.run(FLOW, { service = svc, home = home, fault = fault("F19", { after = "2s" }) })
    assert.exit(run, 130)
    assert.elapsed(run, "2s")
  end)

  it("F16 a disk that takes no long names says so, and the flow goes on", function()
    home:fault "F16"
    local run = sim.run("flows/note.lua", { home = home, args = { ("n"):rep(200), "short" } })
    assert.exit(run, 0)
    assert.contains(run.stdout, "File name too long")
    assert.contains(run.stdout, "short: written")
  end)

  it("F16b a disk that takes no new files costs no login; what is there is written", function()
    home:write("there", "old")
    home:fault "F16b"
    svc:person():at("3s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.contains(run.stderr, "not cached: ")
    run = sim.run("flows/note.lua", { home = home, args = { "there", "new" } })
    assert.contains(run.stdout, "there: written")
    assert.contains(run.stdout, "No space left on device")
  end)

  for _, id in ipairs { "F08", "F09", "F09b", "F10", "F17" } do
    it(id .. " a disk that fails does not cost the login", function()
      home:fault(fault(id))
      svc:person():at("3s"):approves()
      local run = login()
      assert.exit(run, 0)
      assert.contains(run.stderr, "not cached: ")
      assert.no_file(home, CACHE)
    end)
  end

  it("F06 ended at every step of the disk, it leaves the old file or the new", function()
    svc:person():at("3s"):approves()
    local steps = login().steps
    assert.is_true(steps > 0)
    for step = 1, steps do
      home = sim.home {}
      svc = sim.service { approve = "3s", device = { interval = 5 } }
      assert.exit(login { fault = fault("F06", { calls = step }) }, 137)
      assert.exit(login(), 0)
    end
  end)

  it("F06 unless told, it is killed within the first write", function()
    svc:person():at("3s"):approves()
    assert.exit(login { fault = "F06" }, 137)
    assert.no_file(home, CACHE)
    assert.is_not_nil(home:read(CACHE .. ".new"))
  end)

  -- A script cannot sync a file: it may be cut short, and is then as good as none.
  it("F07 after a power cut the next login works", function()
    for _ = 1, 10 do
      svc:person():at("3s"):approves()
      login()
      home:power_loss()
      svc:person():at("3s"):approves()
      assert.exit(sim.run(FLOW, { service = svc, home = home }), 0)
      home:remove(CACHE)
    end
  end)

  it("F07 a power cut right after the file has got its name ends the login, and the next one works", function()
    svc:person():at("3s"):approves()
    home:fault "F07"
    assert.exit(sim.run(FLOW, { service = svc, home = home }), 137)
    home:remove(CACHE)
    home:fault(fault("F07", { after = "2s" }))
    local run = login()
    assert.exit(run, 137)
    assert.elapsed(run, "2s")
    svc:person():at("3s"):approves()
    assert.exit(login(), 0)
  end)

  for _, umask in ipairs { "000", "022", "027", "077" } do
    it("F14 under umask " .. umask .. " new files and folders are for their owner", function()
      svc:person():at("3s"):approves()
      login { umask = umask }
      assert.file(home, CACHE, { mode = "0600" })
      assert.folder(home, "cache", { mode = "0700" })
      svc.clock:advance "1h"
      login { umask = umask } -- renewed, so the file is another one
      assert.file(home, CACHE, { mode = "0600" })
    end)
  end

  it("F14 under no umask at all new files and folders are for their owner", function()
    svc:person():at("3s"):approves()
    login { fault = "F14" }
    assert.file(home, CACHE, { mode = "0600" })
    assert.folder(home, "cache", { mode = "0700" })
  end)

  it("F03 and F04 two programs at once, one of them killed", function()
    svc:person():at("6s"):approves()
    local first = sim.start(FLOW, { service = svc, home = home, kill_after = "4s" })
    local second = sim.start(FLOW, { service = svc, home = home, delay = "1s" })
    assert.exit(first:wait(), 137)
    assert.exit(second:wait(), 0)
    assert.file(home, CACHE, { mode = "0600", valid_json = true })
  end)

  it("a session that is over leads to one new login, not to a loop", function()
    svc:person():at("3s"):approves()
    login()
    svc.clock:advance "9h"
    svc:person():at("3s"):approves()
    local run = login()
    assert.exit(run, 0)
    assert.same({ "refresh_token", "device_code" }, run:grants())
  end)

  it("S39 nothing but the cache holds a secret", function()
    svc:person():at("3s"):approves()
    login()
    for _, name in ipairs(home:names ".") do
      local text = home:read(name)
      if text then assert.no_secret_in(text) end
    end
  end)

  it("F19 killed while it waits, it leaves nothing behind", function()
    local run = login { kill_after = "12s" }
    assert.exit(run, 137)
    assert.no_file(home, CACHE)
  end)

  for id, status in pairs { F19 = 130, F19b = 143, F19c = 129 } do
    it(id .. " a signal while it waits, or at any write, ends it at once with files whole", function()
      local run = login { fault = fault(id, { after = "12s" }) }
      assert.exit(run, status)
      assert.elapsed(run, "12s", "200ms")
      assert.no_file(home, CACHE)
      svc:person():at("3s"):approves()
      local steps = login().steps
      for step = 1, steps do
        home = sim.home {}
        svc = sim.service { approve = "3s", device = { interval = 5 } }
        assert.exit(login { fault = fault(id, { calls = step }) }, status)
        assert.exit(login(), 0)
      end
    end)
  end

  property("keeps its promises under any faults", { seeds = 200 }, function(world)
    svc:chaos(world, { "network", "http", "clock", "disk", "crash" }, { rate = 0.1 })
    svc:person():at(world:number(1, 60)):approves()
    for _ = 1, 2 do
      local run = sim.run(FLOW, { service = svc, home = home, limit = "2h" })
      assert.always(run, "poll gap >= announced interval")
      assert.always(run, "it ends by itself")
      assert.never(run, "token or secret in output, error or trace")
      assert.never(run, "a refresh token sent more than twice")
      assert.final(home, "cache is absent or whole and 0600")
    end
  end)
end)
