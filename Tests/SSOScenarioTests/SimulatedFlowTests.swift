//  SimulatedFlowTests.swift - flows against the simulated service, people and networks.

import Testing

@testable import SSOScenario

@Suite struct `A simulated login` {
  @Test func `R8628-17 polls at the interval, on virtual time`() throws {
    try Playground.login.pass(
      """
      local svc = sim.service { device = { interval = 5 } }
      svc:person():at("42s"):approves()
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 0)
      assert.elapsed(run, "45s")
      assert.same({ 5, 5, 5, 5, 5, 5, 5, 5, 5 }, run:gaps "CreateToken")
      """)
  }

  @Test func `R8628-17 slow_down adds five seconds for good`() throws {
    try Playground.login.pass(
      """
      local svc = sim.service { device = { interval = 5 } }
      svc:fault("CreateToken", { calls = { 2, 3 }, answer = "slow_down" })
      svc:person():at("60s"):approves()
      local run = sim.run("flow.lua", { service = svc })
      assert.same({ 5, 5, 10, 15, 15, 15 }, run:gaps "CreateToken")
      assert.always(run, "poll gap >= announced interval")
      """)
  }

  @Test func `H30 and H29 end with the service's word`() throws {
    try Playground.login.pass(
      """
      local svc = sim.service { device = { interval = 5 } }
      svc:person():at("7s"):denies()
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 4)
      assert.last_error(run, "access_denied")
      assert.elapsed(run, "10s")
      run = sim.run("flow.lua", { service = svc })
      assert.last_error(run, "expired_token")
      assert.elapsed(run, "10m")
      """)
  }

  @Test func `reads one clock everywhere`() throws {
    try Playground(
      flow: """
        local sso = require "sso"
        local before = os.time()
        assert(before == 1798761600 and os.date("!%F") == "2027-01-01")
        sso.time.sleep(3600)
        assert(os.time() - before == 3600 and os.clock() == 3600)
        assert(sso.time.monotonic() == 3600)
        """
    ).pass(
      """
      local svc = sim.service { start = "2027-01-01T00:00:00Z" }
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 0)
      assert.elapsed(run, "1h")
      svc.clock:advance "1d"
      assert.equal(1798761600 + 3600 + 86400, os.time())
      """)
  }

  @Test func `counts os.clock from the start of each run`() throws {
    try Playground(flow: #"require("sso").time.sleep(10) io.write(os.clock())"#).pass(
      """
      local svc = sim.service {}
      assert.equal("10.0", sim.run("flow.lua", { service = svc }).stdout)
      svc.clock:advance "1d"
      assert.equal("10.0", sim.run("flow.lua", { service = svc }).stdout)
      """)
  }

  @Test func `K01 and K02 a clock that jumps moves the calendar, not the waiting`() throws {
    try Playground.login.pass(
      """
      for _, jump in ipairs { "2h", "-2h" } do
        local svc, home = sim.service { device = { interval = 5 } }, sim.home {}
        svc:person():at("12s"):approves()
        local process = sim.start("flow.lua", { service = svc, home = home, delay = 0 })
        svc.clock:advance "7s"
        home.clock:jump(jump)
        local run = process:wait()
        assert.exit(run, 0)
        assert.elapsed(run, "15s")
      end
      """)
  }

  @Test func `stops at its limit of virtual time`() throws {
    let report = try Playground(flow: "require 'sso'.time.sleep(1e6)").scenario(
      "assert.exit(sim.run('flow.lua', { limit = '2h' }), 0)")
    #expect(report.virtualTime == .seconds(7200))
    #expect(report.failure?.message.contains("limit of virtual time") == true)
  }

  @Test func `is stopped by its limit, though a signal comes just then`() throws {
    try Playground(flow: "require 'sso'.time.sleep(3600)").pass(
      """
      local run = sim.run("flow.lua", { limit = "1m", signal = "INT", signal_after = "1m" })
      assert.exit(run, 7)
      assert.equal("the flow is stopped at its limit of virtual time", run.error)
      """)
  }

  @Test(arguments: [
    ("https://oidc.us-east-1.amazonaws.com", "oidc.us-east-1.amazonaws.com"),
    ("https://localhost:443", "localhost"), ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ("http://[::1]:80", "[::1]"), ("http://[::1]:8080", "[::1]:8080"),
    ("http://LOCALHOST:18431", "LOCALHOST:18431"),
  ])
  func `names the host of its request as the URL does`(origin: String, host: String) throws {
    var playground = Playground(
      flow: """
        local reply = require("sso").http.request { url = "\(origin)/token", method = "POST", body = "{}",
          headers = { host = "other.example" } }
        print(reply.body)
        """)
    playground.files["busy.lua"] = """
      require("service").on("CreateToken", function(request)
        return { body = request.headers.Host }
      end)
      """
    try playground.pass(
      """
      local run = sim.run("flow.lua", { service = sim.service { behaviour = "busy.lua" } })
      assert.equal("\(host)", run.stdout:match "%S+")
      """)
  }

  @Test func `cleans up at its limit, as at one of real time`() throws {
    try Playground(
      flow: """
        local guard <close> = setmetatable({}, { __close = function()
          assert(os.remove "lock")
          io.stderr:write "cleaned up "
        end })
        io.open("lock", "w"):close()
        require "sso".time.sleep(3600)
        """
    ).pass(
      """
      local home = sim.home {}
      local run = sim.run("flow.lua", { home = home, limit = "1m" })
      assert.exit(run, 7)
      assert.elapsed(run, "1m")
      assert.no_file(home, "lock")
      assert.equal("the flow is stopped at its limit of virtual time", run.error)
      assert.equal("cleaned up (" .. run.error .. ")\\n", run.stderr)
      """)
  }

  @Test(arguments: ["", "ca_bundle = '/none.pem'"])
  func `H16 a loop without a pause is found`(options clientOptions: String) throws {
    var options = ScenarioRunOptions()
    // The thousand requests are to end it, on the slowest machine.
    options.timeout = .seconds(600)
    let report = try Playground(
      flow: """
        local client = require "sso.safe".client { \(clientOptions) }
        while true do client:register_client { clientName = "x", clientType = "public" } end
        """
    ).scenario("assert.exit(sim.run('flow.lua', { service = sim.service {} }), 0)", options)
    #expect(report.failure?.message.contains("a loop without a pause") == true)
  }

  @Test func `that is killed before it has started does not run`() throws {
    try Playground(flow: "io.open('ran', 'w'):close()").pass(
      """
      local home = sim.home {}
      local process = sim.start("flow.lua", { home = home, delay = "1h" })
      process:kill()
      local run = process:wait()
      assert.exit(run, 137)
      assert.elapsed(run, 0)
      assert.no_file(home, "ran")
      """)
  }

  @Test func `that has not started when its scenario ends never does`() throws {
    let report = Playground(flow: "while true do end").run(
      """
      it("starts", function() sim.start("flow.lua", { delay = "1h" }) end)
      it("goes on", function()
        sim.service {}.clock:advance "2h"
        assert.is_true(os.time() > 0)
      end)
      """)
    #expect(report.scenarios.map(\.outcome) == [.passed, .passed])
  }

  @Test func `several programs share a machine, and are waited for`() throws {
    try Playground.login.pass(
      """
      local svc, home = sim.service { approve = "3s", device = { interval = 5 } }, sim.home {}
      local first = sim.start("flow.lua", { service = svc, home = home })
      local second = sim.start("flow.lua", { service = svc, home = home, delay = "2s" })
      assert.exit(first:wait(), 0)
      assert.exit(second:wait(), 0)
      """)
  }
}

@Suite struct `A simulated person` {
  private static func flow(_ person: String, _ rest: String) throws {
    try Playground.login.pass(
      """
      local svc = sim.service {
        device = { interval = 5, user_code = "BCDF-GHJK" } }
      \(person)
      local run = sim.run("flow.lua", { service = svc, env = { OPEN = OPEN } })
      \(rest)
      """)
  }

  @Test func `waits until there is something to decide about`() throws {
    try Self.flow("svc:person():approves()", "assert.exit(run, 0) assert.elapsed(run, '5s')")
  }

  @Test func `S24 denies a code that is not the one in the terminal`() throws {
    try Self.flow(
      "svc:person():at('7s'):sees_code('ZZZZ-ZZZZ'):approves()",
      "assert.last_error(run, 'access_denied')")
    try Self.flow(
      "svc:person():at('7s'):sees_code('BCDF-GHJK'):approves()", "assert.exit(run, 0)")
  }

  @Test func `S24 who approves an attacker's code gives the flow nothing`() throws {
    try Self.flow(
      "svc:person():at('7s'):is_phished():after('1s'):approves()",
      "assert.last_error(run, 'expired_token')")
  }

  @Test func `S18 may click twice, and closing decides nothing`() throws {
    try Self.flow("svc:person():at('7s'):double_clicks()", "assert.exit(run, 0)")
    try Self.flow("svc:person():at('7s'):opens():closes()", "assert.exit(run, 4)")
    try Self.flow(
      "svc:person():at('7s'):opens():closes():after('2s'):opens():approves()",
      "assert.exit(run, 0)")
  }

  @Test func `is one of a scenario's own directory, with roles in its accounts`() throws {
    try Playground(
      flow: """
        local sso = require "sso"
        local list = sso.portal.accounts {
          start_url = "https://example.awsapps.com/start", region = "us-east-1", flow = "device" }
        for _, a in ipairs(list) do print(a.accountId, a.accountName, table.unpack(a.roles)) end
        """
    ).pass(
      """
      local people = {
        { name = "carol", roles = { ["123456789012"] = { "Deployer", "Reader" } } },
        { name = "dave", roles = { ["210987654321"] = "Reader" } } }
      local accounts = { { id = "123456789012", name = "Shop" }, { id = "210987654321", name = "Till" } }
      for name, words in pairs {
        carol = "123456789012\\tShop\\tDeployer\\tReader\\n", dave = "210987654321\\tTill\\tReader\\n" } do
        local svc = sim.service { directory = { people = people, accounts = accounts } }
        svc:person(name):approves()
        local run = sim.run("flow.lua", { service = svc })
        assert.same(words, run.stdout, run.stderr)
        assert.has_error(function() svc:person "alice" end, "one of carol, dave")
      end
      """)
  }

  @Test func `F21 acts in the browser only once it is open`() throws {
    try Self.flow(
      "OPEN = '1' svc:person():opens('browser'):approves()",
      "assert.exit(run, 0) assert.browser_opened(run, 1) "
        + "assert.contains(run.pages[1], 'BCDF-GHJK')")
    try Self.flow("svc:person():opens('browser'):approves()", "assert.exit(run, 4)")
  }
}

@Suite struct `A simulated terminal` {
  private static let flow = Playground(
    flow: "print(pcall(require 'sso'.terminal.prompt, 'name? '))")

  @Test(arguments: ["", "stdin = 'joe\\n'", "terminal = false"])
  func `is not there to ask on, as under cron, where nothing says so`(options: String) throws {
    try Self.flow.pass(
      """
      local run = sim.run("flow.lua", { \(options) })
      assert.same("false\\tsso.terminal.prompt: there is no terminal to ask on\\n", run.stdout)
      assert.same("", run.stderr)
      """)
  }

  @Test func `is missed by the name of what was called`() throws {
    try Playground(flow: "print(pcall(require 'sso'.terminal.prompt_hidden, 'word? '))").pass(
      """
      local run = sim.run("flow.lua")
      assert.contains(run.stdout, "sso.terminal.prompt_hidden: there is no terminal to ask on")
      """)
  }

  @Test(arguments: [
    ("terminal = true", "nil"), ("answers = {}", "nil"), ("answers = { 'joe' }", "joe"),
  ])
  func `is there for a person, and its input may have ended`(
    options: String, answer: String
  ) throws {
    try Self.flow.pass(
      """
      local run = sim.run("flow.lua", { \(options) })
      assert.same("true\\t\(answer)\\n", run.stdout)
      assert.same("name? \\n", run.stderr)
      """)
  }

  @Test func `is there for somebody who opens it, also once that is over`() throws {
    try Playground(
      flow: """
        local ask = require "sso".terminal.prompt
        print(ask "first? ")
        print(ask "second? ")
        """
    ).pass(
      """
      local svc = sim.service {}
      svc:person():opens("terminal"):approves()
      assert.same("nil\\nnil\\n", sim.run("flow.lua", { service = svc }).stdout)
      """)
  }
}

@Suite struct `A simulated network` {
  /// Prints how one call fails, and how long that takes.
  private static let flow = """
    local sso = require "sso.safe"
    local client = sso.client { retries = 1 }
    local start = sso.time.monotonic()
    local _, err = client:register_client { clientName = "x", clientType = "public" }
    print(err and err.kind or "ok", sso.time.monotonic() - start)
    print(err and err.message)
    """

  @Test(arguments: [
    ("N01", "transport\t0.0", "Could not resolve host: oidc.us-east-1.amazonaws.com"),
    ("N03", "transport\t0.0", "Failed to connect to oidc.us-east-1.amazonaws.com port 443"),
    ("N05", "transport\t5.0", "Connection timed out after 5000 milliseconds"),
    ("N06", "transport\t15.0", "Operation timed out after 15000 milliseconds with 0 bytes"),
    ("N07", "transport\t0.0", "Send failure: Connection reset by peer"),
    ("N08", "transport\t0.0", "Recv failure: Connection reset by peer"),
    ("N11", "transport\t0.0", "transfer closed with 100 bytes remaining to read"),
    ("N12", "transport\t0.0", "transfer closed with outstanding read data remaining"),
    ("N13", "transport\t11.0", "Operation too slow"),
    ("N14", "ok\t0.0", ""),
    ("N15", "transport\t0.0", "CONNECT tunnel failed, response 407"),
    ("N17", "parse\t0.0", "HTML"),
    ("T01", "transport\t0.0", "certificate has expired"),
    ("T02", "transport\t0.0", "unable to get local issuer certificate"),
    ("T03", "transport\t0.0", "no alternative certificate subject name matches"),
    ("T04", "transport\t0.0", "unsupported protocol"),
    ("T05", "transport\t5.0", "SSL connection timeout"),
    ("H20", "limit\t0.0", "the body is larger than 1048576 bytes"),
    ("H21", "limit\t0.0", "the body is larger than 1048576 bytes"),
    ("H22", "limit\t0.0", "a header line is longer than 16384 bytes"),
    ("H22b", "limit\t0.0", "there are more than 100 header lines"),
  ])
  func `fails as libcurl would`(id: String, kind: String, words: String) throws {
    try Playground(flow: Self.flow).pass(
      """
      local svc = sim.service {}
      svc:fault("RegisterClient", fault("\(id)"))
      local run = sim.run("flow.lua", { service = svc })
      assert.contains(run.stdout, "\(kind)")
      assert.contains(run.stdout, "\(words)")
      """)
  }

  @Test func `strikes by number, grant, phase and time`() throws {
    try Playground.login.pass(
      """
      local svc = sim.service { device = { interval = 5 }, approve = "1s" }
      svc:fault("*", { kind = "dns", calls = 1, phase = "before" })
      local run = sim.run("flow.lua", { service = svc })
      assert.same({ "resolve" }, { run:requests()[1].error })
      """)
    try Playground.login.pass(
      """
      local svc = sim.service { device = { interval = 5 }, approve = "1s" }
      svc:fault("CreateToken", { kind = "refused", from = "3s", ["until"] = "22s" })
      svc:fault("CreateToken", { kind = "reset", grant = "refresh_token" })
      local run = sim.run("flow.lua", { service = svc })
      for _, call in ipairs(run:requests "CreateToken") do
        assert.same(call.time < 22 and "connect" or nil, call.error)
      end
      assert.exit(run, 0)
      """)
  }

  @Test func `N08 a reply lost after the side effect leaves the code spent`() throws {
    try Playground.login.pass(
      """
      local svc = sim.service { device = { interval = 5 }, approve = "1s" }
      svc:fault("CreateToken", { kind = "reset", phase = "after", calls = 1 })
      local run = sim.run("flow.lua", { service = svc })
      assert.last_error(run, "invalid_grant")
      svc = sim.service { device = { interval = 5 }, approve = "1s" }
      svc:fault("CreateToken", { kind = "reset", phase = "before", calls = 1 })
      assert.exit(sim.run("flow.lua", { service = svc }), 0)
      """)
  }

  @Test func `takes its time where it is told to`() throws {
    try Playground(flow: Self.flow).pass(
      """
      local run = sim.run("flow.lua", { service = sim.service { latency = "100ms" } })
      assert.contains(run.stdout, "ok\\t0.2")
      """)
  }

  @Test(arguments: [
    ("example.com", false), ("bucket.s3.amazonaws.com", false),
    ("oidc.eu-west-3.amazonaws.com", true),
    ("oidc.cn-north-1.amazonaws.com.cn", true), ("portal.sso.us-gov-west-1.amazonaws.com", true),
    ("127.0.0.1:8087", true), ("[::1]:8087", true), ("localhost", true),
  ])
  func `has no host but the endpoints of AWS and this machine`(host: String, isThere: Bool) throws {
    try Playground(flow: "print(pcall(require 'sso'.http.get, 'https://\(host)/'))").pass(
      """
      local run = sim.run("flow.lua", { service = sim.service {} })
      local found = not run.stdout:find "Could not resolve host"
      assert.same(\(isThere), found, run.stdout)
      """)
  }

  @Test(arguments: [
    ("smtp://a.example", "a.example", "resolve: Could not resolve host: a.example. Check"),
    ("smtps://mail.example.com:2525", "mail.example.com:2525", "resolve: Could not resolve"),
    ("smtp://localhost", "localhost", "connect: Failed to connect to localhost port 25 after"),
    ("smtps://127.0.0.1", "127.0.0.1", "connect: Failed to connect to 127.0.0.1 port 465 after"),
    ("smtp://[::1]:1", "[::1]:1", "connect: Failed to connect to ::1 port 1 after"),
  ])
  func `takes no mail, and says so as libcurl would`(
    url: String, host: String, words: String
  ) throws {
    try Playground(
      flow: """
        local _, err = require "sso".notify.mail {
          url = "\(url)", from = "a@b", to = { "c@d" }, subject = "s", text = "t" }
        print(err.host, err.message)
        """
    ).pass(
      """
      local run = sim.run("flow.lua", { service = sim.service {} })
      assert.contains(run.stdout, "\(host)\\tsso.notify.mail at \(host): \(words)")
      """)
  }

  @Test(arguments: [
    ("/nope", #"CA file "/nope": No such file or directory"#),
    ("empty.pem", #"CA file "/home/me/empty.pem": the file is empty"#),
  ])
  func `takes no mail for which a CA file is missing`(path: String, words: String) throws {
    try Playground(
      flow: """
        local _, err = require "sso".notify.mail { url = "smtps://localhost", from = "a@b",
          to = { "c@d" }, subject = "s", text = "t", ca_bundle = "\(path)" }
        print(err.host, err.message)
        """
    ).pass(
      """
      local home = sim.home {}
      home:write("empty.pem", "")
      local run = sim.run("flow.lua", { service = sim.service {}, home = home })
      assert.contains(run.stdout, [[localhost\tsso.notify.mail at localhost: invalid_request: \(words)]])
      """)
  }

  @Test(arguments: ["20s", "8s"]) func `N06 is given up at the client's limit`(latency: String)
    throws
  {
    try Playground(flow: Self.flow).pass(
      """
      local run = sim.run("flow.lua", { service = sim.service { latency = "\(latency)" } })
      assert.contains(run.stdout, "transport\\t15.0")
      assert.contains(run.stdout, "Operation timed out after 15000 milliseconds with 0 bytes received")
      """)
  }

  @Test func `a request that was given up on its way arrives all the same`() throws {
    let report = try Playground(
      flow: """
        local sso = require "sso.safe"
        local reg = sso.client { timeout = 60 }:register_client { clientName = "x", clientType = "public" }
        assert(reg)
        assert(not sso.client { retries = 1, timeout = 15 }:start_device_authorization {
          clientId = reg.clientId, clientSecret = reg.clientSecret,
          startUrl = "https://example.awsapps.com/start" })
        sso.time.sleep(10)
        """
    ).scenario(
      """
      local svc = sim.service { latency = "20s" }
      svc:person():approves()
      assert.exit(sim.run("flow.lua", { service = svc }), 0)
      """)
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
    #expect(report.events.contains { $0.time == .seconds(60) && $0.text.hasPrefix("approves") })
  }
}
