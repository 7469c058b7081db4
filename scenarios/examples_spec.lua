-- examples_spec.lua: the examples of examples/ in a simulated world.
local START_URL <const> = "https://example.awsapps.com/start"

local function example(name) return "../examples/" .. name .. ".lua" end

describe("examples #examples", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5, user_code = "BCDF-GHJK" } }
    home = sim.home {}
  end)

  -- Each polls by itself: what standard output matches at the end, what a person is shown, further arguments.
  for name, case in pairs {
    ["device-login"] = { output = '"accessToken"', shows = "enter BCDF-GHJK" },
    ["qr-login"] = { output = '"accessToken"', shows = "enter BCDF-GHJK" },
    ["custom-cache"] = { output = "^" .. ("%S"):rep(20), shows = "enter BCDF-GHJK", more = "mine.json" },
    ["error-handling"] = { output = '"expiresIn":%d', shows = "enter BCDF-GHJK" },
    ["fan-out"] = { output = '"tokens":1,?', shows = "1 logins in", more = "1" },
    ["notify-webhook"] = { output = "^" .. ("%S"):rep(20), more = "https://chat.example.com/hook" },
  } do
    describe(name, function()
      local function run()
        return sim.run(example(name), { service = svc, home = home, args = { START_URL, case.more } })
      end

      it("waits for the person and prints the token", function()
        svc:person():at("12s"):opens("verification_uri"):sees_code("BCDF-GHJK"):approves()
        local run = run()
        assert.exit(run, 0)
        assert.elapsed(run, "15s")
        assert.is_not_nil(run.stdout:match(case.output), run.stdout)
        if case.shows then assert.contains(run.stderr, case.shows) end
        assert.no_secret_in(run.stderr)
      end)

      it("obeys slow_down", function()
        svc:fault("CreateToken", { calls = 1, answer = "slow_down" })
        svc:person():at("1s"):approves()
        assert.same({ 5, 10 }, run():gaps "CreateToken")
      end)

      it("ends with the service's refusal when the person denies", function()
        svc:person():at("7s"):denies()
        local run = run()
        assert.exit(run, 4)
        assert.last_error(run, "access_denied")
        assert.same({ 5, 5 }, run:gaps "CreateToken")
      end)
    end)
  end

  -- What these three need: a session in AWS's config file, as people have it.
  describe("of a session", function()
    before_each(function()
      svc = sim.service { device = { interval = 5 }, token = { expires_in = 3600 } }
      home = sim.home { files = { [".aws/config"] = [[
[sso-session my-sso]
sso_start_url = https://example.awsapps.com/start
sso_region = us-east-1
sso_registration_scopes = sso:account:access
]] } }
    end)

    after_each(function() assert.final(home, "cache is absent or whole and 0600") end)

    local function run(name, options)
      options = options or {}
      options.service, options.home = svc, home
      local run = sim.run(example(name), options)
      assert.never(run, "token or secret in output, error or trace")
      return run
    end

    it("ensure asks a person once, then the cache, then the service", function()
      svc:person():at("7s"):opens("browser"):approves()
      for _, source in ipairs { "login", "cache", "refresh" } do
        if source == "refresh" then svc.clock:advance "1h" end
        local any = run "ensure"
        assert.exit(any, 0)
        assert.contains(any.stderr, "from " .. source)
        assert.is_true(#any.stdout > 20) -- the token itself, for whatever comes next
      end
    end)

    it("ensure in many processes at once is one login for all of them", function()
      svc:person():at("7s"):opens("browser"):approves()
      local processes, asked = {}, 0
      for number = 1, 5 do
        processes[number] = sim.start(example "ensure", { service = svc, home = home })
      end
      for _, process in ipairs(processes) do
        local any = process:wait()
        assert.exit(any, 0)
        asked = asked + #any:grants()
      end
      assert.equal(1, asked)
    end)

    it("hooks hears of each step, and renews with no person", function()
      svc:person():at("7s"):approves()
      local first = run "hooks"
      assert.exit(first, 0)
      assert.is_not_nil(first.stderr:match "type %u%u%u%u%-%u%u%u%u", first.stderr)
      assert.contains(first.stderr, "signed in by login")
      assert.contains(first.stderr, "asked at least once: true")
      assert.equal("login\n", first.stdout)
      svc.clock:advance "1h"
      local second = run "hooks"
      assert.contains(second.stderr, "renewed until 2026-01-01T02:00:10Z")
      assert.equal("refresh\n", second.stdout)
    end)

    it("hooks hears of a failure, and of another process that signs in", function()
      svc:person():at("12s"):denies()
      local first = sim.start(example "hooks", { service = svc, home = home, delay = 0 })
      local second = sim.start(example "hooks", { service = svc, home = home, delay = "1s" })
      first, second = first:wait(), second:wait()
      assert.exit(first, 4)
      assert.contains(first.stderr, "AccessDeniedException")
      assert.contains(second.stderr, "another process is signing in")
    end)

    it("pkce-login signs in by the browser of this machine", function()
      svc:person():at("3s"):opens("browser"):approves()
      local first = run "pkce-login"
      assert.exit(first, 0)
      assert.browser_opened(first, 1)
      assert.same({ "authorization_code" }, first:grants())
      assert.contains(first.stdout, '"source":"login"')
      assert.contains(run "pkce-login".stdout, '"source":"cache"')
    end)

    it("pkce-login paste asks three times for the last address, and takes no other one", function()
      local refused = run("pkce-login", { args = { "my-sso", "paste" }, terminal = true,
        answers = { "http://127.0.0.1:8400/oauth/callback?code=x&state=wrong", "nothing", "" } })
      assert.exit(refused, 5)
      assert.same({}, refused:grants())
      assert.contains(refused.stderr, "that is not the address this login ends at")
      assert.browser_opened(refused, 0)
    end)
  end)

  describe("error-handling", function()
    it("meets the failures that it shows, and logs in", function()
      svc:person():at("3s"):approves()
      local run = sim.run(example "error-handling", { service = svc, home = home, args = { START_URL } })
      assert.exit(run, 0)
      assert.contains(run.stderr, "InvalidClientMetadataException")
      assert.contains(run.stderr, "InvalidClientException")
    end)

    it("starts again when a code has expired, and stops when the person denies", function()
      svc:person():at("700s"):denies()
      local run = sim.run(example "error-handling", { service = svc, home = home, args = { START_URL } })
      assert.exit(run, 4)
      assert.same(3, #run:requests "StartDeviceAuthorization")
    end)

    for words, problem in pairs {
      InvalidGrantException = { answer = "invalid_grant" }, ["certificate has expired"] = { kind = "tls_expired" },
    } do
      it("ends with what is not its own to handle: " .. words, function()
        problem.calls = 1
        svc:fault("CreateToken", problem)
        svc:person():at("7s"):approves()
        local run = sim.run(example "error-handling", { service = svc, home = home, args = { START_URL } })
        assert.exit(run, problem.answer and 4 or 5)
        assert.contains(run.stderr, words)
        assert.equal(1, #run:requests "CreateToken")
      end)
    end

    it("goes on when the network comes back", function()
      svc:fault("CreateToken", fault("reset", { calls = { 1, 2, 3 } })) -- the client asks three times by itself
      svc:person():at("12s"):approves()
      local run = sim.run(example "error-handling", { service = svc, home = home, args = { START_URL } })
      assert.exit(run, 0)
      assert.contains(run.stderr, "warning: CreateToken")
    end)
  end)

  describe("fan-out", function()
    it("logs in many times with one registration", function()
      local auto = sim.service { approve = "auto", device = { interval = 1 } }
      local run = sim.run(example "fan-out", { service = auto, home = home, args = { START_URL, "20" } })
      assert.exit(run, 0)
      assert.contains(run.stdout, '"logins":20')
      assert.contains(run.stdout, '"tokens":20')
      assert.same(1, #run:requests "RegisterClient")
    end)
  end)
end)
