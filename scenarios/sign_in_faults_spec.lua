-- sign_in_faults_spec.lua: faults of the machine and the network that a whole sign-in meets, by the
-- built-in login.
local LOGIN <const> = "../Sources/CLI/Flows/login.lua"
local CACHE <const> = ".aws/sso/cache"
local CONFIG <const> = [[
[sso-session work]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
]]

describe("faults of a whole sign-in #faults", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600, reuse_grace = "60s" } }
    home = sim.home { files = { [".aws/config"] = CONFIG } }
  end)

  local function options(flow, more)
    local all = { service = svc, home = home, args = { "--sso-session", "work", "--flow", flow } }
    for name, value in pairs(more or {}) do all[name] = value end
    return all
  end

  -- A person approves within the first poll.
  local function login()
    svc:person():at("3s"):approves()
    return sim.run(LOGIN, options("device", { browser = false }))
  end

  after_each(function()
    assert.final(home, "cache is absent or whole and 0600")
  end)

  -- The file with the token: its lock beside it tells it from that of the registration.
  local function token_file()
    for _, name in ipairs(home:names(CACHE)) do
      local token = name:match "^(.+)%.lock$"
      if token then return CACHE .. "/" .. token end
    end
  end

  local function has_asked_nobody(run)
    assert.exit(run, 0)
    assert.same({}, run:requests())
  end

  -- Networks --------------------------------------------------------------------------------------

  for _, id in ipairs { "N10", "N10b", "N10c", "H35", "H35b" } do
    it(id .. " the reply to an authorization code is lost: it is not sent again", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():opens("browser"):approves()
      local run = sim.run(LOGIN, options "pkce")
      assert.exit(run, 5)
      assert.same({ "authorization_code" }, run:grants())
      assert.contains(run.stderr, "CreateToken at oidc.us-east-1.amazonaws.com: incomplete")
      assert.no_file(home, token_file())
      svc:person():opens("browser"):approves() -- a new login, with a new code
      local again = sim.run(LOGIN, options "pkce")
      assert.exit(again, 0)
      assert.same({ "authorization_code" }, again:grants())
    end)
  end

  -- What a poll meets, and the pauses between polls: the call itself takes its part of them.
  for id, gaps in pairs {
    N01 = { 5, 10 }, N02 = { 5, 5 }, N03 = { 5, 10 }, N05 = { 5, 15 }, N06 = { 5, 40 }, N13 = { 5, 21 },
    N14 = { 5, 5 }, N17 = { 5, 10 }, T05 = { 5, 15 }, H01 = { 5, 10 }, H02 = { 5, 10 }, H03 = { 5, 120 },
    H05 = { 5, 10 }, H06 = { 5, 10 }, H35 = { 5, 10 },
  } do
    it(id .. " while polling is waited out by the built-in login", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      svc:person():at("7s"):approves()
      local run = sim.run(LOGIN, options("device", { browser = false }))
      assert.exit(run, 0)
      assert.equal(#gaps, #run:gaps "CreateToken")
      for number, gap in ipairs(gaps) do
        local got = run:gaps "CreateToken"[number]
        assert.is_true(math.abs(got - gap) < 0.3, "poll " .. number .. " after " .. got .. " s")
      end
    end)
  end

  for _, id in ipairs { "N08", "N11", "N12", "H35" } do
    it(id .. " the reply with the token is lost: it is told that it was, and what to do", function()
      svc:fault("CreateToken", fault(id, { calls = 1, phase = id ~= "H35" and "after" or nil }))
      local run = login()
      assert.exit(run, 4)
      assert.contains(run.stderr, "approved, but the answer was lost. Log in again.")
      assert.equal(2, #run:grants())
      assert.no_file(home, token_file())
    end)
  end

  it("H24 a token that was taken for a portal's page is told to be lost", function()
    svc:fault("CreateToken", fault("H24", { calls = 1 }))
    local run = login()
    assert.exit(run, 4)
    assert.contains(run.stderr, "approved, but the answer was lost. Log in again.")
    assert.no_file(home, token_file())
  end)

  for id, words in pairs {
    H20 = "the body is larger than 1048576 bytes",
    H22 = "a header line is longer than 16384 bytes", H22b = "there are more than 100 header lines",
  } do
    it(id .. " an answer that is too large names operation, host and limit", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      local run = login()
      assert.exit(run, 5)
      assert.contains(run.stderr, "CreateToken at oidc.us-east-1.amazonaws.com")
      assert.contains(run.stderr, words)
      assert.no_file(home, token_file())
    end)
  end

  it("T07 from mid-login on nobody knows who signs: the polls end it, and the registration stays good", function()
    svc:fault("*", fault("T07", { ["until"] = "1m" }))
    local run = login()
    assert.exit(run, 5)
    assert.same({}, run:grants())
    assert.equal(1, #run:requests "RegisterClient")
    svc.clock:advance "1m"
    local again = login()
    assert.exit(again, 0)
    assert.same({}, again:requests "RegisterClient")
  end)

  it("N04 refused for 30 seconds in mid-poll is waited out", function()
    svc:fault("CreateToken", fault "N04")
    svc:person():at("7s"):approves()
    local run = sim.run(LOGIN, options("device", { browser = false }))
    assert.exit(run, 0)
    local refused = 0
    for _, request in ipairs(run:requests "CreateToken") do
      if request.fault then refused = refused + 1 end
    end
    assert.is_true(refused > 1)
  end)

  for _, id in ipairs { "T01", "T02", "T03", "T04" } do
    it("T07 " .. id .. " in mid-login stops it; when it is mended the registration is still good", function()
      svc:fault("CreateToken", fault(id, { calls = 1 }))
      local run = login()
      assert.exit(run, 5)
      assert.same({ "device_code" }, run:grants())
      assert.contains(run.stderr, "Check the CA file")
      local again = login()
      assert.exit(again, 0)
      assert.same({}, again:requests "RegisterClient")
    end)
  end

  it("H31 a registration that was revoked is made anew once, and the login goes on", function()
    login()
    svc.clock:advance "9h"
    svc:fault("StartDeviceAuthorization", fault("H31", { calls = 1 }))
    local run = login()
    assert.exit(run, 0)
    assert.equal(1, #run:requests "RegisterClient")
    assert.equal(2, #run:requests "StartDeviceAuthorization")
  end)

  it("AWS-05 a registration that has ended by the service's clock alone is made anew once, and the login goes on", function()
    login()
    svc.clock:advance "91d"
    home.clock:jump "-90d"
    local run = login()
    assert.exit(run, 0)
    assert.equal(1, #run:requests "RegisterClient")
    assert.same({ "refresh_token", "device_code" }, run:grants())
  end)

  it("H31 a service that knows no registration at all ends the login, not in a loop", function()
    login()
    svc.clock:advance "9h"
    svc:fault("StartDeviceAuthorization", fault "H31")
    local run = login()
    assert.exit(run, 4)
    assert.last_error(run, "invalid_client")
    assert.equal(1, #run:requests "RegisterClient")
    assert.equal(2, #run:requests "StartDeviceAuthorization")
  end)

  it("H32 a registration with little time left is made anew before it is used", function()
    svc = sim.service { device = { interval = 5 }, registration = { expires_in = "30m" } }
    login()
    home:remove(token_file())
    svc.clock:advance "20m"
    local run = login()
    assert.exit(run, 0)
    assert.equal(1, #run:requests "RegisterClient")
    for _, request in ipairs(run:requests()) do assert.is_true(request.error ~= "invalid_client") end
  end)

  for id, what in pairs { T06 = "is missing", T06b = "is empty" } do
    it(id .. " a CA file that " .. what .. " is named before anything is sent", function()
      home:fault(id)
      local run = sim.run(LOGIN, options "device")
      assert.exit(run, 3)
      assert.contains(run.stderr, "-ca.pem")
      assert.same({}, run:requests())
    end)
  end

  -- Clocks ----------------------------------------------------------------------------------------

  it("K03 after a machine has slept for three hours there is one poll, which says why", function()
    home:fault(fault("K03", { after = "12s" }))
    local run = sim.run(LOGIN, options("device", { browser = false }))
    assert.exit(run, 4)
    assert.last_error(run, "expired_token")
    assert.same({ 5, 5, 5 }, run:gaps "CreateToken")
  end)

  for _, id in ipairs { "K05", "H15c", "H15d" } do
    it("K05 a token that has ended on arrival is not kept (" .. id .. ")", function()
      svc:fault("CreateToken", fault(id))
      local run = login()
      assert.exit(run, 5)
      assert.no_file(home, token_file())
    end)
  end

  local times = {
    "2026-01-01T09:00:00Z", "2026-01-01T09:00:00UTC", "2026-01-01T09:00:00+00:00",
    "2026-01-01T10:00:00+01:00", "2026-01-01T09:00:00.123456Z", "2026-06-30T23:59:60Z",
    "2038-01-19T03:14:08Z", "9999-12-31T23:59:59Z", "10000-01-01T00:00:00Z" }
  for _, time in ipairs(times) do
    it("K06 a cached token that is good until " .. time .. " is used", function()
      login()
      local entry = home:read(token_file())
      assert.contains(entry, '"expiresAt": "2026-01-01T01:00:05Z"') -- as it is written
      home:write(token_file(), (entry:gsub('"expiresAt": "[^"]+"', '"expiresAt": "' .. time .. '"')))
      has_asked_nobody(login())
    end)
  end

  for _, id in ipairs { "K06", "K06b", "K06c", "K06d", "K06e" } do
    it(id .. " cached dates in another form are read as they are meant", function()
      login()
      home:fault(id)
      assert.is_nil(home:read(token_file()):find('"expiresAt": "2026-01-01T01:00:05Z"', 1, true))
      has_asked_nobody(login())
    end)
  end

  -- Files -----------------------------------------------------------------------------------------

  local damaged = { empty = "", truncated = '{"accessToken":"a', garbage = "\1\2\3", list = "[]", null = "null" }
  for name, text in pairs(damaged) do
    it("F01 a token file that is " .. name .. " is set aside, which is said once", function()
      login()
      local path = token_file()
      for number = 1, 5 do
        home:write(path, text)
        local run = login()
        assert.exit(run, 0)
        assert.same({ "device_code" }, run:grants())
        assert.file(home, path, { mode = "0600", valid_json = true })
        local _, count = run.stderr:gsub("%.bad%-", "")
        assert.equal(1, count)
        assert.file(home, path .. ".bad-" .. math.min(number, 3))
      end
      assert.no_file(home, path .. ".bad-4")
    end)
  end

  it("F02 the rest of a longer file behind a shorter one: set aside, and said", function()
    login()
    local path = token_file()
    home:fault(fault("F02", { path = path }))
    local run = login()
    assert.exit(run, 0)
    assert.same({ "device_code" }, run:grants())
    assert.file(home, path, { mode = "0600", valid_json = true })
    assert.file(home, path .. ".bad-1")
    assert.contains(run.stderr, ".bad-1")
  end)

  local function said_once(run, words)
    local _, count = run.stderr:gsub(words, "")
    assert.equal(1, count, words .. " is said once")
  end

  -- A file system of NFS without its lock service, one that knows no locks, one that cannot be written.
  for id, plan in pairs {
    F05 = "F05", F05b = "F05b",
    F10 = fault("F10", { calls = 2 }), -- the first change makes the folder, the second the lock
  } do
    it("F05 where no lock can be had (" .. id .. ") that is said once, and the login goes on", function()
      home:fault(plan)
      local run = login()
      assert.exit(run, 0)
      said_once(run, "no lock %(")
      if id ~= "F10" then assert.contains(run.stderr, id == "F05" and "No locks available" or "not supported") end
      home:fault(plan)
      svc.clock:advance "1h"
      local renewed = login()
      assert.exit(renewed, 0)
      assert.same({ "refresh_token" }, renewed:grants())
    end)
  end

  it("F03 two programs that renew at once send one request", function()
    login()
    svc.clock:advance "1h"
    local run = sim.run(LOGIN, options("device", { browser = false, fault = "F03" }))
    assert.exit(run, 0)
    assert.exit(run.twin, 0)
    assert.equal(1, #run:grants() + #run.twin:grants())
  end)

  -- Between a second's beginning and 7 s it has waited, and by 7.1 s it has seen that nobody holds it.
  local function asks_first_at_7s(run)
    local first = run:requests()[1].time
    assert.is_true(7 <= first and first <= 7.1, "its first request came at " .. first .. " s")
  end

  it("F04 whoever waits for a lock goes on within 100 ms when its holder is killed", function()
    local first = sim.start(LOGIN, options("device", { browser = false, delay = 0,
      fault = fault("F04", { after = "7s" }) }))
    local second = sim.start(LOGIN, options("device", { browser = false, delay = "1s" }))
    svc.clock:advance "8s"
    svc:person():at("1s"):approves()
    assert.exit(first:wait(), 137)
    local run = second:wait()
    assert.exit(run, 0)
    asks_first_at_7s(run)
  end)

  it("F04 killed as soon as it holds a lock, it keeps nobody waiting", function()
    local run = sim.run(LOGIN, options("device", { browser = false, fault = "F04" }))
    assert.exit(run, 137)
    assert.same({}, run:requests())
    local next_run = login()
    assert.exit(next_run, 0)
    assert.elapsed(next_run, "5s", "100ms")
  end)

  it("F06 killed at any write, it leaves one draft at most, which the next run removes", function()
    local steps = login().steps
    for step = 1, steps do
      home = sim.home { files = { [".aws/config"] = CONFIG } }
      svc:person():at("3s"):approves()
      local run = sim.run(LOGIN, options("device", { browser = false, fault = fault("F06", { calls = step }) }))
      assert.exit(run, 137)
      assert.final(home, "cache is absent or whole and 0600")
      local function drafts()
        local count = 0
        for _, name in ipairs(home:names(CACHE)) do
          if name:find(".tmp-", 1, true) then count = count + 1 end
        end
        return count
      end
      assert.is_true(drafts() <= 1)
      assert.exit(login(), 0)
      assert.equal(0, drafts())
    end
  end)

  it("F06 killed anywhere as it writes the config file, it leaves the old or the new one, and keeps nobody waiting", function()
    local function write(more)
      return sim.run("flows/profiles.lua", options("device", more))
    end
    local steps = write().steps
    assert.is_true(steps > 2)
    for step = 1, steps do
      home = sim.home { files = { [".aws/config"] = CONFIG } }
      assert.exit(write { fault = fault("F06", { calls = step }) }, 137)
      assert.equal(CONFIG, home:read ".aws/config":sub(1, #CONFIG))
      local again = write()
      assert.exit(again, 0)
      assert.elapsed(again, "0s")
      assert.contains(home:read ".aws/config", "[profile admin]")
      assert.no_file(home, ".aws/config.ssoscript")
    end
  end)

  property("F07 a power cut takes away nothing that was kept", { seeds = 10 }, function()
    login()
    home:power_loss()
    assert.final(home, "cache is absent or whole and 0600")
    has_asked_nobody(login())
  end)

  for _, id in ipairs { "F08", "F09", "F09b", "F10", "F17" } do
    it(id .. " a disk that fails costs no renewal; the old file stays, and it is said", function()
      login()
      local path = token_file()
      local before = home:read(path)
      svc.clock:advance "1h"
      home:fault(fault(id))
      local run = login()
      assert.exit(run, 0)
      assert.same({ "refresh_token" }, run:grants())
      assert.contains(run.stderr, "renewed the token")
      assert.contains(run.stderr, path:match "[^/]+$")
      assert.file(home, path, { mode = "0600", text = before })
    end)
  end

  property("F07 a power cut after the last change of a login takes nothing away", { seeds = 10 }, function()
    local steps = login().steps
    home = sim.home { files = { [".aws/config"] = CONFIG } }
    home:fault(fault("F07", { calls = steps }))
    assert.exit(login(), 137)
    has_asked_nobody(login())
  end)

  it("F11 a cache folder may be a link to another folder of mine", function()
    home:fault "F11"
    assert.exit(login(), 0)
    assert.is_true(#home:names "elsewhere" > 1)
    has_asked_nobody(login())
  end)

  -- The token is given all the same; it is kept nowhere, and nothing of the folder is believed.
  local function is_not_used(folder, advice)
    local before = home:names(folder)
    assert.is_true(#before > 0)
    local run = login()
    assert.exit(run, 0)
    assert.same({ "device_code" }, run:grants())
    assert.contains(run.stderr, advice)
    assert.same(before, home:names(folder))
  end

  local OPEN = "can be written by others; not used (chmod 700 it)"

  for id, case in pairs {
    F11b = { whose = "that others can write to", advice = OPEN },
    F11c = { whose = "of somebody else", advice = "belongs to somebody else; not used (chown it to you)" },
  } do
    it(id .. " a cache folder that has become a link to a folder " .. case.whose .. " is not used", function()
      login()
      home:fault(id)
      is_not_used("elsewhere", case.advice)
    end)
  end

  it("F11 a cache folder that is a link to a folder that a group can write to is not used", function()
    login()
    local path = token_file()
    home:folder("elsewhere", { mode = "0720" })
    home:write("elsewhere/" .. path:match "[^/]+$", home:read(path))
    for _, name in ipairs(home:names(CACHE)) do home:remove(CACHE .. "/" .. name) end
    home:remove(CACHE)
    home:link(CACHE, "../../elsewhere")
    is_not_used("elsewhere", OPEN)
  end)

  it("F12 a token file that is a link is not followed", function()
    login()
    home:fault(fault("F12", { path = token_file() }))
    local run = login()
    assert.exit(run, 0)
    assert.contains(run.stderr, "it is a link")
    assert.same({ "device_code" }, run:grants())
  end)

  it("F12c a FIFO in the place of the token file is not waited for, and a file takes its place", function()
    login()
    local path = token_file()
    home:fault "F12c"
    local run = login()
    assert.exit(run, 0)
    assert.elapsed(run, "5s")
    assert.contains(run.stderr, "it is no regular file")
    assert.same({ "device_code" }, run:grants())
    assert.file(home, path, { mode = "0600", valid_json = true })
  end)

  it("F12b a folder in the place of the token file is not used, and stays", function()
    login()
    local path = token_file()
    home:fault(fault("F12b", { path = path }))
    local run = login()
    assert.exit(run, 0)
    assert.contains(run.stderr, "it is no regular file")
    assert.same({ "device_code" }, run:grants())
    assert.folder(home, path)
  end)

  for id, what in pairs { F13 = "that others can read", F13b = "of somebody else" } do
    it(id .. " a token file " .. what .. " is not used", function()
      login()
      home:fault(id)
      local run = login()
      assert.exit(run, 0)
      assert.contains(run.stderr, "is not used")
      if id == "F13" then assert.contains(run.stderr, "chmod 600") end
      assert.same({ "device_code" }, run:grants())
    end)
  end

  it("F13 --fix-permissions shuts others out, and the token is used again", function()
    login()
    local path = token_file()
    home:fault "F13"
    local run = sim.run(LOGIN, options("device", {
      args = { "--sso-session", "work", "--flow", "device", "--fix-permissions" } }))
    has_asked_nobody(run)
    assert.contains(run.stderr, "shut others out of")
    assert.file(home, path, { mode = "0600" })
  end)

  for _, umask in ipairs { "000", "027", "077", "277", "777" } do
    it("F14 under umask " .. umask .. " the cache is for its owner, and is used again", function()
      svc:person():at("3s"):approves()
      local how = umask == "000" and { browser = false, fault = "F14" } or { browser = false, umask = umask }
      local run = sim.run(LOGIN, options("device", how))
      assert.exit(run, 0)
      assert.folder(home, CACHE, { mode = "0700" })
      for _, name in ipairs(home:names(CACHE)) do
        assert.file(home, CACHE .. "/" .. name, { mode = "0600" })
      end
      has_asked_nobody(login())
    end)
  end

  it("F15 a file that is swapped for a link meanwhile is replaced, not followed", function()
    login()
    local path = token_file()
    home:write("victim", "mine")
    svc.clock:advance "9h"
    svc:person():at("12s"):approves()
    local process = sim.start(LOGIN, options("device", { browser = false }))
    svc.clock:advance "7s"
    home:link(path, "/home/me/victim")
    assert.exit(process:wait(), 0)
    assert.file(home, "victim", { text = "mine" })
    assert.file(home, path, { mode = "0600", valid_json = true })
  end)

  it("F15 a file that is swapped between look and change is replaced, and what it was stays as it was", function()
    login()
    local path = token_file()
    local before = home:read(path)
    svc.clock:advance "1h"
    home:fault(fault("F15", { path = path }))
    local run = login()
    assert.exit(run, 0)
    assert.same({ "refresh_token" }, run:grants())
    assert.file(home, "elsewhere/" .. path:match "[^/]+$", { text = before })
    assert.file(home, path, { mode = "0600", valid_json = true })
    has_asked_nobody(login())
  end)

  it("F16 the longest names make names of files that every disk takes", function()
    local name = ("n"):rep(200)
    home:write(".aws/config", (CONFIG:gsub("work", name)))
    home:fault "F16" -- the disk takes 143 bytes
    svc:person():at("3s"):approves()
    local run = sim.run(LOGIN, options("device", { args = { "--sso-session", name, "--flow", "device" } }))
    assert.exit(run, 0)
    for _, file in ipairs(home:names(CACHE)) do assert.is_true(#file < 100) end
  end)

  it("F18 nobody reads the output any more: it ends quietly, and the token is kept", function()
    svc:person():at("3s"):approves()
    local run = sim.run(LOGIN, options("device", { fault = "F18",
      args = { "--sso-session", "work", "--flow", "device", "--format", "json" } }))
    assert.exit(run, 141)
    assert.is_nil(run.stderr:find("Broken pipe", 1, true))
    has_asked_nobody(login())
  end)

  it("F18b nobody empties the pipe that it writes to: it waits, until a signal ends it, and the token is kept", function()
    svc:person():at("3s"):approves()
    local process = sim.start(LOGIN, options("device", { fault = "F18b",
      args = { "--sso-session", "work", "--flow", "device", "--format", "json" } }))
    svc.clock:advance "10m"
    process:signal "INT"
    local run = process:wait()
    assert.exit(run, 130)
    assert.elapsed(run, "10m")
    assert.same("", run.stdout)
    has_asked_nobody(login())
  end)

  -- Signals ---------------------------------------------------------------------------------------

  for id, status in pairs { F19 = 130, F19b = 143, F19c = 129 } do
    it(id .. " a signal in mid-poll ends it at once, and the next login is not kept waiting", function()
      local run = sim.run(LOGIN, options("device", { browser = false, fault = fault(id, { after = "12s" }) }))
      assert.exit(run, status)
      assert.elapsed(run, "12s", "200ms")
      assert.contains(run.stderr, "interrupted")
      assert.never(run, "token or secret in output, error or trace")
      assert.equal(1, #run:requests "RegisterClient")
      local next_run = login()
      assert.exit(next_run, 0)
      assert.elapsed(next_run, "5s", "200ms")
      assert.same({}, next_run:requests "RegisterClient")
    end)
  end

  it("F19 a signal ends at once a login that waits for a browser, and the next one gets its port", function()
    local function pkce(more)
      more.args = { "--sso-session", "work", "--flow", "pkce", "--redirect-port", "8400" }
      return options("pkce", more)
    end
    local run = sim.run(LOGIN, pkce { signal = "TERM", signal_after = "3s" })
    assert.exit(run, 143)
    assert.elapsed(run, "3s", "200ms")
    svc:person():at("3s"):opens("browser"):approves()
    local next_run = sim.run(LOGIN, pkce {})
    assert.exit(next_run, 0)
    assert.is_nil(next_run.stderr:find("8400 is taken", 1, true))
  end)

  it("F19 whoever waited for the lock goes on when a signal ends its holder", function()
    local first = sim.start(LOGIN, options("device", { browser = false, delay = 0,
      fault = fault("F19c", { after = "7s" }) }))
    local second = sim.start(LOGIN, options("device", { browser = false, delay = "1s" }))
    svc.clock:advance "8s"
    svc:person():at("1s"):approves()
    assert.exit(first:wait(), 129)
    local run = second:wait()
    assert.exit(run, 0)
    asks_first_at_7s(run)
    assert.equal(1, #run:requests "StartDeviceAuthorization")
  end)

  -- A renewal that is stopped at any change of the disk, or on the way, costs nobody a login.
  for id, status in pairs { F19 = 130, F19b = 143 } do
    it(id .. " a signal at every write of a renewal leaves files whole, and loses no token", function()
      login()
      svc.clock:advance "1h"
      local before = {}
      for _, file in ipairs(home:names(CACHE)) do before[file] = home:read(CACHE .. "/" .. file) end
      for step = 1, 20 do
        local run = sim.run(LOGIN, options("device", { browser = false, fault = fault(id, { calls = step }) }))
        if run.steps < step then
          assert.is_true(step > 2, "a renewal writes")
          break
        end
        assert.exit(run, status)
        assert.final(home, "cache is absent or whole and 0600")
        local again = sim.run(LOGIN, options("device", { browser = false }))
        assert.exit(again, 0)
        assert.same({}, again:requests "StartDeviceAuthorization")
        svc.clock:advance "1h"
      end
    end)
  end

  it("F19 a signal while a renewal is on its way costs no login", function()
    svc = sim.service { device = { interval = 5 }, latency = "1s",
      token = { expires_in = 3600, reuse_grace = "60s" } }
    login()
    svc.clock:advance "1h"
    for _, after in ipairs { "500ms", "1500ms" } do -- before and after the service has renewed
      local run = sim.run(LOGIN, options("device", { browser = false, signal = "INT", signal_after = after }))
      assert.exit(run, 130)
      assert.same({ "refresh_token" }, run:grants())
    end
    local again = sim.run(LOGIN, options("device", { browser = false }))
    assert.exit(again, 0)
    assert.same({ "refresh_token" }, again:grants())
  end)

  -- Ports and browsers ----------------------------------------------------------------------------

  it("F20 a port that is taken is not waited for", function()
    home:write(".aws/config", CONFIG .. CONFIG:gsub("work", "other"):gsub("example", "other"))
    local function start(session)
      return sim.start(LOGIN, options("pkce", { delay = 0,
        args = { "--sso-session", session, "--flow", "pkce", "--redirect-port", "8400" } }))
    end
    start "other"
    svc.clock:advance "1s"
    local second = start "work"
    svc:person():at("3s"):opens("browser"):approves()
    local run = second:wait()
    assert.exit(run, 0)
    assert.contains(run.stderr, "port 8400 is taken")
    assert.same({ "authorization_code" }, run:grants())
  end)

  it("F20 where no port can be had, a code will do, and a line says so", function()
    home:fault "F20"
    svc:person():at("7s"):approves()
    local run = sim.run(LOGIN, options "auto")
    assert.exit(run, 0)
    assert.contains(run.stderr, "signing in by a code: no browser can come back here")
    assert.contains(run.stderr, "Address already in use")
    assert.same({ "device_code", "device_code" }, run:grants())
    has_asked_nobody(login())
  end)

  it("F20 where no port can be had, --flow pkce ends and says why", function()
    home:fault "F20"
    local run = sim.run(LOGIN, options "pkce")
    assert.exit(run, 5)
    assert.contains(run.stderr, "no browser can come back here")
    assert.browser_opened(run, 0)
    assert.same({}, run:grants())
  end)

  for id, words in pairs {
    F21 = "xdg-open did not open the page", F21b = "no browser over SSH",
  } do
    it(id .. " where no browser can be opened the address is shown, and a code will do", function()
      svc:person():at("7s"):approves()
      local run = sim.run(LOGIN, options("auto", { fault = id }))
      assert.exit(run, 0)
      assert.browser_opened(run, 0)
      assert.contains(run.stderr, words)
      assert.contains(run.stderr, "open https://device")
      assert.same({ "device_code", "device_code" }, run:grants())
    end)
  end

  it("F21c a browser that hangs is waited for three seconds, and the address is shown before", function()
    svc:person():at("7s"):approves()
    local run = sim.run(LOGIN, options("device", { fault = "F21c" }))
    assert.exit(run, 0)
    assert.browser_opened(run, 0)
    assert.elapsed(run, "8s")
    assert.contains(run.stderr, "open https://device")
  end)

  it("F22 what comes to the port and is not this login's is ignored, counted, and harms nothing", function()
    local process = sim.start(LOGIN, options("pkce", { delay = 0 }))
    svc.clock:advance "1s"
    for _, target in ipairs { "/oauth/callback?code=stolen&state=wrong", "/oauth/callback?code=stolen",
      "/oauth/callback?error=access_denied&state=wrong", "/favicon.ico" } do
      assert.is_true(home:visit(target))
    end
    svc:person():at("3s"):opens("browser"):approves()
    local run = process:wait()
    assert.exit(run, 0)
    assert.same({ "authorization_code" }, run:grants())
    assert.contains(run.stderr, "4 request(s) that were not of this login were ignored")
    assert.is_false(home:visit "/oauth/callback?code=late&state=late") -- the port is closed
  end)

  for id, what in pairs { F22 = "another state", F22d = "something else" } do
    it(id .. " a stranger who comes to the port for " .. what .. " is ignored, counted, and harms nothing", function()
      svc:person():at("3s"):opens("browser"):approves()
      local run = sim.run(LOGIN, options("pkce", { fault = id }))
      assert.exit(run, 0)
      assert.same({ "authorization_code" }, run:grants())
      assert.contains(run.stderr, "1 request(s) that were not of this login were ignored")
    end)
  end

  it("F22b a browser that comes back twice with the same code: it is exchanged once", function()
    svc:person():at("3s"):opens("browser"):approves()
    local run = sim.run(LOGIN, options("pkce", { fault = "F22b" }))
    assert.exit(run, 0)
    assert.same({ "authorization_code" }, run:grants())
  end)

  it("F22c a browser that comes back with an error is told as a denial", function()
    svc:person():at("3s"):opens("browser"):approves()
    local run = sim.run(LOGIN, options("pkce", { fault = "F22c" }))
    assert.exit(run, 4)
    assert.last_error(run, "access_denied")
    assert.same({}, run:grants())
  end)

  it("F22 a browser that comes twice: the first wins", function()
    svc:person():at("3s"):opens("browser"):double_clicks()
    local run = sim.run(LOGIN, options "pkce")
    assert.exit(run, 0)
    assert.same({ "authorization_code" }, run:grants())
  end)

  it("F22 a denial in the browser is told as one", function()
    svc:person():at("3s"):opens("browser"):denies()
    local run = sim.run(LOGIN, options "pkce")
    assert.exit(run, 4)
    assert.last_error(run, "access_denied")
    assert.same({}, run:grants())
  end)

  -- Scripts ---------------------------------------------------------------------------------------

  for id, words in pairs {
    F23 = "the script was stopped (instructions)", F23b = "the script was stopped (memory)",
    F23c = "the policy has a mistake",
  } do
    it(id .. " a policy that goes wrong lets nobody in, says why, and keeps nobody from signing in later", function()
      svc:person():at("3s"):approves()
      local broken = sim.run(LOGIN, options("device", { browser = false, fault = id }))
      assert.exit(broken, 6)
      assert.contains(broken.stderr, words)
      assert.same({}, broken:grants())
      local run = login()
      assert.exit(run, 0)
      assert.same({}, run:requests "RegisterClient")
    end)
  end

  it("F23 a hook that eats memory is stopped by its limit, and keeps nobody from signing in", function()
    local broken = sim.run("flows/hungry_hook.lua", { service = svc, home = home })
    assert.exit(broken, 7)
    local run = login()
    assert.exit(run, 0)
    assert.same({}, run:requests "RegisterClient")
  end)

  it("F23 a hook that fails ends the script, and keeps nobody from signing in", function()
    local broken = sim.run("flows/failing_hook.lua", { service = svc, home = home })
    assert.exit(broken, 1)
    assert.contains(broken.stderr, "failing_hook.lua:7")
    local run = login()
    assert.exit(run, 0)
    assert.same({}, run:requests "RegisterClient")
  end)
end)
