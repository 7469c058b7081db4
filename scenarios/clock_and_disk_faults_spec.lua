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

  for id, jump in pairs { K01 = "2h", K02 = "-2h" } do
    it(id .. " a clock that jumps does not change the waiting", function()
      svc:person():at("12s"):approves()
      local process = sim.start(FLOW, { service = svc, home = home })
      svc.clock:advance "7s"
      home.clock:jump(jump)
      local run = process:wait()
      assert.exit(run, 0)
      assert.same({ 5, 5, 5 }, run:gaps "CreateToken")
    end)
  end

  for _, wrong in ipairs { "10m", "-10m" } do
    it("K04 a clock that is wrong by " .. wrong .. " costs no login, and renews in time", function()
      home.clock:jump(wrong)
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

  local damaged = { empty = "", truncated = '{"accessToken":"a', garbage = "\1\2\3", list = "[]", null = "null" }
  for name, text in pairs(damaged) do
    it("F01 a cache file that is " .. name .. " is as good as none", function()
      home:write(CACHE, text)
      svc:person():at("3s"):approves()
      assert.exit(login(), 0)
      assert.file(home, CACHE, { mode = "0600", valid_json = true })
    end)
  end

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
      assert.exit(login { crash_at = step }, 137)
      assert.exit(login(), 0)
    end
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

  for name, status in pairs { INT = 130, TERM = 143, HUP = 129 } do
    it("F19 SIG" .. name .. " while it waits, or at any write, ends it at once with files whole", function()
      local run = login { signal = name, signal_after = "12s" }
      assert.exit(run, status)
      assert.elapsed(run, "12s", "200ms")
      assert.no_file(home, CACHE)
      svc:person():at("3s"):approves()
      local steps = login().steps
      for step = 1, steps do
        home = sim.home {}
        svc = sim.service { approve = "3s", device = { interval = 5 } }
        assert.exit(login { signal = name, signal_at = step }, status)
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
