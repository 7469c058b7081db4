//  SignInTests.swift - the built-in sign-in in the simulated world: caches, locks, the browser's way.

import Testing

@testable import SSOScenario

@Suite struct `The built-in sign-in` {
  private static let flow = """
    local token = require "sso".ensure {
      session = "work", flow = os.getenv "FLOW" or "device", browser = os.getenv "FLOW" == "pkce" }
    print(token.source)
    """

  /// A machine with a config file.
  private static let home = """
    local function new_home()
      return sim.home { files = { [".aws/config"] = "[sso-session work]\\n"
        .. "sso_start_url = https://example.awsapps.com/start\\nsso_region = us-east-1\\n" } }
    end

    """

  @Test func `asks a person, then the cache, then the service`() throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc, home = sim.service {}, new_home()
        svc:person():at("30s"):approves()
        assert.same("login\\n", sim.run("flow.lua", { service = svc, home = home }).stdout)
        assert.same("cache\\n", sim.run("flow.lua", { service = svc, home = home }).stdout)
        svc.clock:advance "1h"
        local run = sim.run("flow.lua", { service = svc, home = home })
        assert.same("refresh\\n", run.stdout)
        assert.same({ "refresh_token" }, run:grants())
        assert.final(home, "cache is absent or whole and 0600")
        assert.no_secret_in(run.output)
        """)
  }

  @Test func `H16e polls once, a second before the code ends, and keeps the promise of gaps`()
    throws
  {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc = sim.service { approve = "5s" }
        svc:fault("StartDeviceAuthorization", fault "H16e")
        local run = sim.run("flow.lua", { service = svc, home = new_home() })
        assert.exit(run, 0)
        assert.elapsed(run, "599s")
        assert.always(run, "poll gap >= announced interval")
        """)
  }

  @Test func `N09 a lost reply to a refresh is asked for once more`() throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc, home = sim.service { approve = "auto" }, new_home()
        sim.run("flow.lua", { service = svc, home = home })
        svc.clock:advance "1h"
        svc:fault("CreateToken", { grant = "refresh_token", calls = 1, phase = "after", kind = "reset" })
        local run = sim.run("flow.lua", { service = svc, home = home })
        assert.same("refresh\\n", run.stdout)
        assert.same({ "refresh_token", "refresh_token" }, run:grants())
        """)
  }

  @Test func `F03 of two programs one renews, and the other waits for it`() throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc, home = sim.service { approve = "auto", latency = "100ms" }, new_home()
        sim.run("flow.lua", { service = svc, home = home })
        svc.clock:advance "1h"
        local first = sim.start("flow.lua", { service = svc, home = home })
        local second = sim.start("flow.lua", { service = svc, home = home })
        first, second = first:wait(), second:wait()
        assert.same(1, #first:grants() + #second:grants())
        assert.exit(first, 0)
        assert.exit(second, 0)
        """)
  }

  @Test func `F04 a holder of the lock that is killed lets the next one go on`() throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc, home = sim.service { approve = "1m" }, new_home()
        local first = sim.start("flow.lua", { service = svc, home = home, kill_after = "10s" })
        local run = sim.run("flow.lua", { service = svc, home = home, delay = "2s" })
        assert.exit(first:wait(), 137)
        assert.exit(run, 0)
        """)
  }

  @Test func `F06 a kill at any change of the disk leaves caches whole`() throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc = sim.service { approve = "auto" }
        local steps = sim.run("flow.lua", { service = svc, home = new_home() }).steps
        assert.is_true(steps > 3)
        for step = 1, steps do
          local home = new_home()
          assert.exit(sim.run("flow.lua", { service = svc, home = home, crash_at = step }), 137)
          assert.final(home, "cache is absent or whole and 0600")
          assert.exit(sim.run("flow.lua", { service = svc, home = home }), 0)
        end
        """)
  }

  @Test(arguments: ["F08", "F09", "F09b", "F10", "F17"])
  func `F08 F09 F10 F17 a disk that fails takes no token away, and says why none is kept`(
    id: String
  ) throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc, home = sim.service { approve = "auto" }, new_home()
        local function run() return sim.run("flow.lua", { service = svc, home = home }) end
        home:fault("\(id)")
        local failed = run()
        assert.exit(failed, 0)
        assert.same("login\\n", failed.stdout)
        assert.contains(failed.stderr, "not cached: ")
        home:fault()
        assert.same("login\\n", run().stdout)
        svc.clock:advance "1h"
        home:fault("\(id)")
        assert.same("refresh\\n", run().stdout)
        home:fault()
        assert.final(home, "cache is absent or whole and 0600")
        assert.exit(run(), 0)
        """)
  }

  @Test(arguments: 0..<8 as Range<UInt64>)
  func `F07 a power cut takes away nothing that was said to be kept`(seed: UInt64) throws {
    var options = ScenarioRunOptions()
    options.replay = seed
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc, home = sim.service { approve = "auto" }, new_home()
        local function run() return sim.run("flow.lua", { service = svc, home = home }).stdout end
        assert.same("login\\n", run())
        home:power_loss()
        assert.same("cache\\n", run())
        svc.clock:advance "1h"
        assert.same("refresh\\n", run())
        home:power_loss()
        assert.final(home, "cache is absent or whole and 0600")
        assert.same("cache\\n", run())
        """, options)
  }

  @Test func `F22 comes back by the browser, and minds no other caller`() throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc, home = sim.service {}, new_home()
        local process = sim.start("flow.lua",
          { service = svc, home = home, env = { FLOW = "pkce" }, terminal = true })
        svc.clock:advance "5s"
        assert.is_true(home:visit "/oauth/callback?code=stolen&state=wrong")
        svc:person():at("10s"):opens("browser"):approves()
        local run = process:wait()
        assert.same("login\\n", run.stdout)
        assert.browser_opened(run, 1)
        assert.same({ "authorization_code" }, run:grants())
        """)
  }

  @Test(arguments: [("\"auto\"", "0s"), ("\"12s\"", "12s")])
  func `of a browser is approved by a service that approves by itself`(
    approval: String, time: String
  ) throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc = sim.service { approve = \(approval) }
        local options = { service = svc, home = new_home(), env = { FLOW = "pkce" }, terminal = true }
        local run = sim.run("flow.lua", options)
        assert.same("login\\n", run.stdout)
        assert.elapsed(run, "\(time)")
        assert.same({ "authorization_code" }, run:grants())
        """)
  }

  @Test func `of a browser may be denied before the service approves it`() throws {
    try Playground(flow: Self.flow).pass(
      Self.home + """
        local svc = sim.service { approve = "12s" }
        svc:person():at("3s"):opens("browser"):denies()
        local run = sim.run("flow.lua",
          { service = svc, home = new_home(), env = { FLOW = "pkce" }, terminal = true })
        assert.last_error(run, "access_denied")
        assert.elapsed(run, "3s")
        """)
  }
}
