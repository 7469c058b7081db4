-- example_caches_spec.lua: the caches of examples/ in a simulated world.
local START_URL <const> = "https://example.awsapps.com/start"
local FILE <const> = "cache/mine.json"

local function example(name) return "../examples/" .. name .. ".lua" end

describe("caches of the examples #examples", function()
  local svc, home
  before_each(function()
    svc = sim.service { device = { interval = 5 } }
    home = sim.home {}
  end)

  describe("custom-cache", function()
    local options
    before_each(function()
      home:folder("cache", { mode = "0700" })
      options = { service = svc, home = home, args = { START_URL, FILE } }
      svc:person():at("3s"):approves()
    end)

    it("asks a person once and then takes the token from its file", function()
      assert.exit(sim.run(example "custom-cache", options), 0)
      assert.file(home, FILE, { mode = "0600", valid_json = true })
      local second = sim.run(example "custom-cache", options)
      assert.exit(second, 0)
      assert.same({}, second:requests())
      assert.contains(second.stderr, "the token in cache/mine.json is good until 2026-01-01T08:00:05Z")
    end)

    it("does not take the token of another start URL", function()
      sim.run(example "custom-cache", options)
      svc:person():at("3s"):approves()
      options.args = { "https://another.awsapps.com/start", FILE }
      local run = sim.run(example "custom-cache", options)
      assert.exit(run, 0)
      assert.same({ "device_code" }, run:grants())
    end)

    it("F01 logs in again when its file is damaged", function()
      home:write(FILE, '{"accessToken":')
      local run = sim.run(example "custom-cache", options)
      assert.exit(run, 0)
      assert.same({ "device_code" }, run:grants())
    end)

    it("logs in again when the token is about to end", function()
      sim.run(example "custom-cache", options)
      svc.clock:advance "8h"
      svc:person():at("3s"):approves()
      local run = sim.run(example "custom-cache", options)
      assert.exit(run, 0)
      assert.same({ "device_code" }, run:grants())
    end)

    it("F06 ended at every step of the disk, it leaves the old file or the new", function()
      local steps = sim.run(example "custom-cache", options).steps
      assert.is_true(steps > 0)
      for step = 1, steps do
        svc.clock:advance "8h"
        svc:person():at("3s"):approves()
        options.fault = fault("F06", { calls = step })
        assert.exit(sim.run(example "custom-cache", options), 137)
        assert.file(home, FILE, { mode = "0600", valid_json = true })
      end
    end)
  end)

  describe("cache-keyring", function()
    local keyring, options
    before_each(function()
      keyring = require "helpers.keyring" ()
      options = { service = svc, home = home, args = { START_URL, "us-east-1" },
        programs = { ["secret-tool"] = keyring.secret_tool } }
      svc:person():at("3s"):approves()
    end)

    local function run(source, words)
      local run = sim.run(example "cache-keyring", options)
      assert.exit(run, 0)
      assert.contains(run.stdout, source .. "\t")
      assert.no_secret_in(run.output)
      if words then assert.contains(run.stderr, words) else assert.is_nil(run.stderr:find "warning") end
      return run
    end

    local function nothing_on_disk()
      for _, name in ipairs(home:names ".aws/sso/cache") do
        assert.is_nil(name:match "%.json$", name .. " is on the disk")
      end
    end

    it("asks a person once; the login is in the keyring and nowhere else", function()
      run "login"
      assert.is_true(#keyring.items >= 2) -- a registration and a token
      nothing_on_disk()
      assert.same({}, run("cache"):requests())
    end)

    it("asks again when the token has ended, with the registration that the keyring holds", function()
      run "login"
      svc.clock:advance "9h"
      svc:person():at("3s"):approves()
      local again = run "login"
      assert.same({}, again:requests "RegisterClient")
      assert.same({}, run("cache"):requests())
    end)

    it("lives in memory where there is no keyring", function()
      options.programs = nil
      local first = run("login", "no keyring here")
      assert.contains(first.stderr, "Debian: libsecret-tools")
      nothing_on_disk()
      svc:person():at("3s"):approves()
      run("login", "no keyring here")
    end)

    it("gives the token though the keyring stays locked", function()
      keyring.locked = true
      run("login", "locked collection")
      nothing_on_disk()
      svc:person():at("3s"):approves()
      run("login", "locked collection")
    end)

    it("does not wait for ever for a person who is to unlock it", function()
      keyring.before = function(command) if command == "lookup" then svc.clock:advance "10m" end end
      options.limit = "1h"
      run("login", "no keyring here")
    end)

    it("asks again when somebody else has written there", function()
      run "login"
      for _, item in ipairs(keyring.items) do
        if item.attributes.layer == "token" then item.secret = "1.0000.c29tZXRoaW5n" end
      end
      svc:person():at("3s"):approves()
      run("login", "is not as we wrote it")
      run "cache"
    end)

    it("says how it is used", function()
      local run = sim.run(example "cache-keyring", { home = home })
      assert.exit(run, 2)
      assert.contains(run.stderr, "usage:")
    end)
  end)

  describe("cache-layers", function()
    local options
    before_each(function()
      options = { service = svc, home = home, args = { START_URL, "us-east-1" },
        env = { CACHE_PASSPHRASE = "correct horse battery staple" } }
      svc:person():at("3s"):approves()
    end)

    local function run(source)
      local run = sim.run(example "cache-layers", options)
      assert.exit(run, 0)
      assert.contains(run.stdout, source .. "\t")
      assert.never(run, "token or secret in output, error or trace")
      return run
    end

    it("keeps the login encrypted in one file, for its owner alone", function()
      options.umask = "000"
      run "login"
      assert.file(home, "logins.db", { mode = "0600" })
      assert.no_secret_in(home:read "logins.db")
      local again = run "cache"
      assert.same({}, again:requests())
      assert.contains(again.stdout, "kept\t" .. START_URL .. "\n")
    end)

    it("keeps nothing that ends within five minutes", function()
      svc = sim.service { device = { interval = 5 }, token = { expires_in = 299 } }
      svc:person():at("3s"):approves()
      options.service = svc
      local run = sim.run(example "cache-layers", options)
      assert.exit(run, 0)
      svc:person():at("3s"):approves()
      local again = sim.run(example "cache-layers", options)
      assert.exit(again, 0)
      assert.same({ "device_code" }, again:grants())
    end)

    it("H31 does not keep a registration that was revoked, even where no other one can be had", function()
      run "login"
      svc.clock:advance "9h"
      svc:fault("StartDeviceAuthorization", fault("H31", { calls = 1 }))
      svc:fault("RegisterClient", fault("N03", { calls = { 1, 2, 3 } }))
      assert.exit(sim.run(example "cache-layers", options), 5)
      svc:person():at("3s"):approves()
      assert.same(1, #run "login":requests "RegisterClient")
    end)

    it("F03 in two processes at once is one login for both", function()
      local first = sim.start(example "cache-layers", options)
      local second = sim.start(example "cache-layers", options)
      first, second = first:wait(), second:wait()
      assert.exit(first, 0)
      assert.exit(second, 0)
      assert.equal(1, #first:grants() + #second:grants())
    end)

    it("asks again under another passphrase, and where the file is damaged or of others", function()
      run "login"
      options.env = { CACHE_PASSPHRASE = "another passphrase" }
      svc:person():at("3s"):approves()
      run "login"
      for _, how in ipairs { { "no database" }, { home:read "logins.db", { mode = "0644" } } } do
        home:write("logins.db", table.unpack(how))
        svc:person():at("3s"):approves()
        assert.contains(run "login".stderr, "logins.db")
      end
    end)

    it("F06 killed at the write of its file, it leaves one that the next login can use", function()
      options.crash_at = run("login").steps
      home = sim.home {}
      options.home = home
      svc:person():at("3s"):approves()
      assert.exit(sim.run(example "cache-layers", options), 137)
      options.crash_at = nil
      svc:person():at("3s"):approves()
      run "login"
      assert.file(home, "logins.db", { mode = "0600" })
    end)

    it("asks for its passphrase", function()
      options.env = nil
      local run = sim.run(example "cache-layers", options)
      assert.exit(run, 2)
      assert.contains(run.stderr, "CACHE_PASSPHRASE")
    end)
  end)
end)
