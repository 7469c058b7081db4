//  PlannedFaultTests.swift - faults that a scenario plans by nothing but their id, each with its owner.

import Testing

@testable import SSOScenario

@Suite struct `A fault of the catalogue` {
  /// Letters, and how many the catalogue has of each; S are of services.
  static let ids: [String] = [("N", 19), ("T", 7), ("H", 35), ("K", 6), ("F", 23)]
    .flatMap { letter, count in (1...count).map { letter + ($0 < 10 ? "0\($0)" : "\($0)") } }

  @Test func `can be planned, whichever it is`() throws {
    let list = Self.ids.map { "\"\($0)\"" }.joined(separator: ", ")
    try Playground().pass("for _, id in ipairs { \(list) } do fault(id) fault(id:lower()) end")
  }

  @Test func `has one owner, and words of its own`() {
    let all = Mishap.all.map(\.id) + Mishap.all.map(\.kind)
    #expect(Set(all).count == all.count)
    for mishap in Mishap.all {
      #expect(FaultPlace.of(mishap.id)?.summary == mishap.summary)
      #expect(ScenarioFault.kinds[mishap.kind] == nil)
      #expect(NetworkFault.named(mishap.kind) == nil && MachineFault.named(mishap.kind) == nil)
    }
  }

  private static let places = [
    (FaultPlace.requests, "sim.service {}:fault(\"CreateToken\", \"ID\")"),
    (.machine, "sim.home {}:fault \"ID\""),
    (.program, "sim.run(\"flow.lua\", { fault = \"ID\" })"),
  ]

  @Test(arguments: [
    ("N04", "service:fault"), ("K05", "service:fault"), ("N08", "service:fault"),
    ("F08", "home:fault"), ("K01", "home:fault"), ("F12c", "home:fault"),
    ("F06", "give it to sim.run or sim.start, as fault = \"F06\""), ("F18b", "sim.run"),
    ("twin", "sim.run"),
  ])
  func `that is planned where it does not belong is told where it does`(id: String, way: String)
    throws
  {
    let owner = try #require(FaultPlace.of(id)?.place)
    for (place, text) in Self.places where place != owner {
      let report = try Playground().scenario(text.replacing("ID", with: id))
      let message = report.failure?.message ?? ""
      #expect(
        message.contains("\"\(id)\" is \(owner.words)") && message.contains(way), "\(message)")
    }
  }

  @Test(arguments: [
    ("sim.home {}:fault 'F01'", "F01 is about cached files (.json in a folder named cache)"),
    ("sim.home {}:fault(fault('F01', { path = 'x' }))", "there is none at /home/me/x"),
    ("sim.home {}:fault(fault('K01', { calls = 2 }))", "unknown option \"calls\""),
    ("sim.home {}:fault(fault('K01', { after = '-2s' }))", "after cannot be negative"),
    ("sim.home {}:fault(fault('F07', { after = 2, calls = 2 }))", "say after or calls, not both"),
    ("sim.home {}:fault 'S01'", "is of services"),
    ("sim.service {}:fault('RegisterClient', 'K05')", "one of CreateToken, not RegisterClient"),
    ("sim.service {}:fault('RegisterClient', 'N09')", "N09 is a fault of CreateToken, not of Reg"),
    ("sim.service {}:fault('ListAccounts', 'H16')", "H16 is a fault of StartDeviceAuthorization"),
    (
      "sim.service {}:fault('CreateToken', fault('N10', { grant = 'device_code' }))",
      "N10 is about authorization_code, not device_code"
    ),
    (
      "sim.service {}:fault('ListAccounts', fault('H01', { grant = 'device_code' }))",
      "grant is about CreateToken, not ListAccounts"
    ),
    (
      "sim.service {}:fault('CreateTokenWithIAM', { kind = 'reset', grant = 'refresh_token' })",
      "grant is about CreateToken, not CreateTokenWithIAM"
    ),
    ("sim.service {}:fault('*', fault('H14', { phase = 'before' }))", "H14 alters what the rules"),
    ("sim.service {}:fault('*', fault('K05', { phase = 'before' }))", "K05 alters what the rules"),
    ("sim.service {}:fault('*', fault('N03', { phase = 'after' }))", "N03 lets no request through"),
    ("sim.service {}:fault('*', fault('N04', { phase = 'after' }))", "N04 lets no request through"),
    ("sim.service {}:fault('*', fault('T05', { phase = 'after' }))", "its phase is before"),
    ("sim.service {}:fault('*', fault('H35', { phase = 'before' }))", "H35 lets the rules answer"),
    (
      "sim.service {}:fault('GetRoleCredentials', { answer = 'slow_down' })",
      "no error of GetRoleCredentials is called \"slow_down\"; write one of InvalidRequestException"
    ),
    (
      "sim.service {}:fault('CreateToken', { answer = 'TooManyRequestsException' })",
      "no error of CreateToken is called \"TooManyRequestsException\"; write slow_down, or one of"
    ),
    ("sim.service {}:fault('Metadata', { answer = 'slow_down' })", "AWS's model has none"),
    ("sim.service {}:fault('*', { answer = 'too_slow' })", "TooManyRequestsException"),
    ("sim.run('flow.lua', { fault = 'melted' })", "no program has the fault \"melted\""),
    ("sim.run('flow.lua', { fault = fault('F06', { after = 2 }) })", "unknown option \"after\""),
    ("sim.run('flow.lua', { fault = 'F06', crash_at = 1 })", "say crash_at or fault = \"F06\""),
    ("sim.run('flow.lua', { fault = 'F14', umask = '077' })", "say umask or fault = \"F14\""),
    ("sim.run('flow.lua', { fault = 'F18', stdout = 'closed' })", "say stdout or fault"),
    ("sim.run('flow.lua', { fault = { 'F19', 'F19b' } })", "say F19 or F19b, not both"),
  ])
  func `that says too much is told so`(text: String, words: String) throws {
    let report = try Playground().scenario(text)
    #expect(report.failure?.message.contains(words) == true, "\(report.failure?.message ?? "")")
  }
}

@Suite struct `A list of faults` {
  @Test func `that is empty plans none`() throws {
    try Playground().pass("assert.exit(sim.run('flow.lua', { fault = {} }), 0)")
  }
}

@Suite struct `A fault of requests with a course` {
  @Test func `N04 begins with the second request that fits, and lasts half a minute`() throws {
    try Playground.login.pass(
      """
      local svc = sim.service { device = { interval = 5 } }
      svc:fault("CreateToken", "N04")
      svc:person():at("1m"):approves()
      local run = sim.run("flow.lua", { service = svc })
      local calls = run:requests "CreateToken"
      assert.same({ 5, 10 }, { calls[1].time, calls[2].time })
      for number, call in ipairs(calls) do
        assert.same(number > 1 and call.time < 40, call.fault ~= nil)
      end
      assert.contains(calls[2].fault, "N04 ")
      """)
  }

  @Test(arguments: [("*", "StartDeviceAuthorization"), ("CreateToken", "CreateToken")])
  func `T07 begins after the first request, at the first poll at the latest`(
    aim: String, first: String
  ) throws {
    try Playground.login.pass(
      """
      local svc = sim.service {}
      svc:fault("\(aim)", "T07")
      local run = sim.run("flow.lua", { service = svc, limit = "10s" })
      for _, call in ipairs(run:requests()) do
        if call.fault then assert.same("\(first)", call.operation) break end
      end
      """)
  }

  @Test func `K05 gives a token whose lifetime is over`() throws {
    try Playground.login.pass(
      """
      local svc = sim.service { approve = "auto" }
      svc:fault("*", "K05")
      local run = sim.run("flow.lua", { service = svc })
      assert.exit(run, 5)
      assert.contains(run.stderr, "the answer has -5 as expiresIn")
      """)
  }
}

@Suite struct `A fault that is about some requests` {
  /// A token by a device code, two by refresh tokens, and keys for a role; says how each call ends.
  private static let flow = Playground(
    flow: """
      local sso = require "sso.safe"
      local client = sso.client { region = "us-east-1", retries = 1 }
      local portal = sso.portal.client { region = "us-east-1", retries = 1 }
      local reg = client:register_client {
        clientName = "x", clientType = "public", scopes = { "sso:account:access" } }
      local auth = client:start_device_authorization {
        clientId = reg.clientId, clientSecret = reg.clientSecret,
        startUrl = "https://example.awsapps.com/start" }
      local function ask(grant, names)
        names.clientId, names.clientSecret, names.grantType = reg.clientId, reg.clientSecret, grant
        return client:create_token(names)
      end
      local token = ask(sso.grant.device_code, { deviceCode = auth.deviceCode })
      while not token do
        sso.time.sleep(5)
        token = ask(sso.grant.device_code, { deviceCode = auth.deviceCode })
      end
      for _ = 1, 2 do
        local new = ask(sso.grant.refresh_token, { refreshToken = token.refreshToken })
        token = new or token
      end
      local keys, problem = portal:get_role_credentials { accessToken = token.accessToken,
        accountId = "111122223333", roleName = "ReadOnlyAccess" }
      print(keys and "keys" or problem.code)
      """)

  private static let covering: ScenarioRunOptions = {
    var options = ScenarioRunOptions.patient
    options.coverage = [.faults]
    return options
  }()

  /// Runs it; `struck` gives the requests that met a fault, by number, with their grants.
  private static let world = """
    local svc = sim.service { device = { interval = 5 } }
    svc:person():at(7):approves()
    local function struck()
      local run, list = sim.run("flow.lua", { service = svc, limit = "1h" }), {}
      for number, request in ipairs(run:requests()) do
        if request.fault then list[#list + 1] = number .. (request.grant or request.operation) end
      end
      return list, run
    end

    """

  @Test(arguments: ["N09", "N09b", "N09c"], ["*", "CreateToken"])
  func `N09 counts and strikes refresh tokens alone`(id: String, aim: String) throws {
    let report = try Self.flow.scenario(
      Self.world + """
        svc:fault("\(aim)", fault("\(id)", { calls = 1 }))
        assert.same({ "6refresh_token" }, (struck()))
        """, Self.covering)
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
    #expect(report.faults.compactMap(\.id) == [id] && report.faultIDs == [id])
  }

  @Test func `N10 passes a login without an authorization code, in force everywhere, too`() throws {
    var playground = Self.flow
    playground.files["a_spec.lua"] =
      "it('works', function() \(Self.world) assert.same({}, (struck())) end)"
    var sources = playground.sources
    sources.settings.faults = try ScenarioSettings.faults("N10,N10b,N10c")
    let report = ScenarioFile("a_spec.lua", sources).run(Self.covering)
    let scenario = try #require(report.scenarios.first)
    #expect(scenario.outcome == .passed, "\(scenario.failure?.message ?? "")")
    #expect(scenario.faults.isEmpty && scenario.faultIDs.isEmpty)
  }

  @Test func `N09 N10 come by chance to requests with their grant alone`() throws {
    let report = Playground.login.run(
      """
      property("keeps to it", { seeds = 40 }, function(world)
        local svc = sim.service { device = { interval = 5 } }
        svc:chaos(world, { "network" }, { rate = 0.5 })
        svc:person():at(7):approves()
        for _, request in ipairs(sim.run("flow.lua", { service = svc, limit = "1h" }):requests()) do
          local id = (request.fault or ""):match "^%w+"
          assert.is_true(id ~= "N09" and id ~= "N10", id)
        end
      end)
      """, Self.covering)
    let scenario = try #require(report.scenarios.first)
    #expect(scenario.outcome == .passed, "\(scenario.failure?.message ?? "")")
    #expect(
      scenario.faultIDs.contains("N08") && scenario.faultIDs.isDisjoint(with: ["N09", "N10"]))
  }

  @Test(arguments: [
    ("GetRoleCredentials", "TooManyRequestsException", 1), ("GetRoleCredentials", "forbidden", 1),
    ("*", "TooManyRequestsException", 1), ("*", "unauthorized", 2),
  ])
  func `may be any error of the operation, which others pass`(
    aim: String, answer: String, call: Int
  ) throws {
    try Self.flow.pass(
      Self.world + """
        svc:fault("\(aim)", { answer = "\(answer)", calls = \(call) })
        local list, run = struck()
        local last = run:requests()[8]
        if \(call) == 1 then
          assert.same({ "8GetRoleCredentials" }, list)
          assert.contains(last.fault, "answered ")
          assert.contains(run.stdout, last.fault:sub(#"answered " + 1))
        else
          assert.same({}, list)
          assert.same("keys\\n", run.stdout)
        end
        """)
  }

  @Test(arguments: ["H09b", "H11", "H12", "H14", "H15", "H15c", "H15e"])
  func `alters the credentials of a role`(id: String) throws {
    try Self.flow.pass(
      Self.world + """
        svc:fault("GetRoleCredentials", "\(id)")
        local list, run = struck()
        assert.same({ "8GetRoleCredentials" }, list)
        assert.exit(run, 0)
        """)
  }

  @Test func `counts as struck when it has altered something, and not before`() throws {
    let report = try Self.flow.scenario(
      Self.world + """
        svc:fault("CreateToken", fault("H14", { calls = 1 })) -- pending
        svc:fault("CreateToken", fault("K05", { calls = 2 })) -- pending, too
        svc:fault("CreateToken", fault("H26", { calls = 4 }))
        svc:fault("RegisterClient", { answer = "invalid_request", calls = 2 })
        local list, run = struck()
        assert.same({ "6refresh_token" }, list)
        """, Self.covering)
    #expect(report.outcome == .passed, "\(report.failure?.message ?? "")")
    #expect(report.faults.compactMap(\.id) == ["H26"] && report.faultIDs == ["H26"])
  }

  @Test func `drawn by chance, and without effect, is not among the faults in force`() throws {
    var options = ScenarioRunOptions.patient
    options.shrinks = false
    let report = Playground.login.run(
      """
      property("x", { seeds = 1 }, function(world)
        local svc = sim.service { device = { interval = 5 } }
        svc:chaos(world, { "http" }, { rate = 1 })
        local run = sim.run("flow.lua", { service = svc, limit = "1h" })
        for _, request in ipairs(run:requests()) do if request.fault then print(request.fault) end end
        error "told"
      end)
      """, options)
    let scenario = try #require(report.scenarios.first)
    let struck = scenario.output.split(separator: "\n")
    #expect(!struck.isEmpty && scenario.faults.map(\.text).count == struck.count)
    for (fault, text) in zip(scenario.faults, struck) { #expect(fault.text.hasSuffix(text)) }
  }
}

@Suite struct `A fault with numbers or times` {
  /// Asks each second.
  private static func flow(_ times: Int) -> Playground {
    Playground(
      flow: """
        local sso = require "sso.safe"
        local client = sso.client { retries = 1 }
        for _ = 1, \(times) do
          client:register_client { clientName = "x", clientType = "public" }
          sso.time.sleep(1)
        end
        """)
  }

  /// Holds the seconds of the calls that met one, from the first, against `struck`.
  private static let check = """
    local function check(struck)
      local calls, times = sim.run("flow.lua", { service = svc }):requests(), {}
      for _, call in ipairs(calls) do
        if call.fault then times[#times + 1] = call.time - calls[1].time end
      end
      assert.same(struck, times)
    end

    """

  @Test(arguments: [
    (#"from = 2, ["until"] = 4"#, "{ 2, 3 }"), (#"["until"] = 1"#, "{ 0 }"),
    ("calls = { 2, 4 }, from = 2", "{ 3 }"), ("calls = 4 / 2", "{ 1 }"),
    ("calls = { 4 / 2, 3 }", "{ 1, 2 }"),
    (#"calls = { 2, 4 }, ["until"] = 3"#, "{ 1 }"),
  ])
  func `strikes from its first moment to the last before its end, and all are counted`(
    options: String, struck: String
  ) throws {
    try Self.flow(6).pass(
      """
      svc = sim.service {}
      \(Self.check)sim.run("flow.lua", { service = sim.service {} })
      svc:fault("RegisterClient", { answer = "invalid_request", \(options) })
      check \(struck)
      """)
  }

  @Test func `N04 is over half a minute after it struck first`() throws {
    try Self.flow(33).pass(
      """
      svc = sim.service {}
      svc:fault("RegisterClient", "N04")
      local calls = sim.run("flow.lua", { service = svc }):requests()
      for second = 0, 32 do
        local call = calls[second + 1]
        assert.same(second, call.time)
        assert.same(second > 0 and second < 31, call.fault ~= nil)
      end
      """)
  }

  @Test func `that is in force everywhere counts requests that meet another`() throws {
    var playground = Self.flow(3)
    playground.files["a_spec.lua"] = """
      it("works", function()
        svc = sim.service {}
        \(Self.check)svc:fault("RegisterClient", { answer = "invalid_request", calls = 1 })
        check { 0, 1, 2 }
      end)
      """
    var sources = playground.sources
    sources.settings.faults = try ScenarioSettings.faults("N04")
    let report = ScenarioFile("a_spec.lua", sources).run(ScenarioRunOptions())
    #expect(report.scenarios.first?.failure == nil, "\(report)")
  }
}

@Suite struct `A fault of one program` {
  private static let signIn = Playground(
    flow: """
      print(require "sso".ensure { session = "work", flow = "device", browser = false }.source)
      """)

  private static let world = """
    local svc = sim.service { approve = "3s", device = { interval = 5 } }
    local home = sim.home { files = { [".aws/config"] = "[sso-session work]\\n"
      .. "sso_start_url = https://example.awsapps.com/start\\nsso_region = us-east-1\\n" } }
    local function run(fault)
      return sim.run("flow.lua", { service = svc, home = home, fault = fault, limit = "1h" })
    end

    """

  @Test func `F03 starts it twice, in the order that the seed says`() throws {
    try Self.signIn.pass(
      Self.world + """
        local both = run "F03"
        assert.exit(both, 0)
        assert.exit(both.twin, 0)
        assert.is_nil(both.twin.twin)
        assert.equal(1, #both:requests "StartDeviceAuthorization"
          + #both.twin:requests "StartDeviceAuthorization")
        """)
    let text =
      "property('x', { seeds = 20 }, function() " + Self.world
      + "print(#run('F03'):requests() > 0) end)"
    var orders: Set<String> = []
    for seed in 1...20 {
      var options = ScenarioRunOptions.patient
      options.replay = UInt64(seed)
      orders.insert(Self.signIn.run(text, options).scenarios.first?.output ?? "")
    }
    #expect(orders == ["true\n", "false\n"])
  }

  @Test func `F04 ends it where it holds a lock, and nothing of it goes on`() throws {
    try Self.signIn.pass(
      Self.world + """
        local killed = run "F04"
        assert.exit(killed, 137)
        assert.same({}, killed:requests())
        assert.same("", killed.output)
        killed = run(fault("F04", { after = "2s" }))
        assert.exit(killed, 137)
        assert.elapsed(killed, "2s")
        assert.exit(run(), 0)
        """)
  }

  @Test func `F06 ends it within the first change that writes, or the one that is named`() throws {
    try Self.signIn.pass(
      Self.world + """
        local steps = run().steps
        local function drafts(fault)
          home = sim.home { files = { [".aws/config"] = home:read ".aws/config" } }
          assert.exit(run(fault), 137)
          local count = 0
          for _, name in ipairs(home:names ".aws/sso/cache") do
            if name:find ".tmp" then count = count + 1 end
          end
          return count
        end
        assert.equal(1, drafts "F06")
        assert.equal(0, drafts(fault("F06", { calls = 1 })))
        assert.equal(1, drafts(fault("F06", { calls = steps })))
        """)
  }

  @Test func `F18b lets it wait for ever, with its locks and ports`() throws {
    try Playground(
      flow: """
        print "one"
        io.open("after", "w"):close()
        """
    ).pass(
      """
      local home = sim.home {}
      local run = sim.run("flow.lua", { home = home, fault = "F18b", limit = "30s" })
      assert.exit(run, 7)
      assert.elapsed(run, "30s")
      assert.same("", run.stdout)
      assert.no_file(home, "after")
      local process = sim.start("flow.lua", { home = home, fault = "F18b", delay = 0 })
      sim.service {}.clock:advance "1s"
      process:kill()
      assert.exit(process:wait(), 137)
      """)
  }

  @Test func `is not met by the run after a crash`() throws {
    var options = ScenarioRunOptions.patient
    options.crashPoints = .all
    let report = try Playground(flow: "io.open('new', 'w'):close() print 'one'").scenario(
      """
      local process = sim.start("flow.lua", { fault = "F18b" })
      sim.service {}.clock:advance "1s"
      process:signal "INT"
      assert.exit(process:wait(), 130)
      """, options)
    #expect(report.outcome == .passed && report.crashes == 1, "\(report.failure?.message ?? "")")
  }

  @Test func `F23 is a policy whose function runs before each token, and is told when it does`()
    throws
  {
    let report = try Self.signIn.scenario(
      Self.world + "print(run('F23c').exit, sim.run('flow.lua', { fault = 'F23' }).exit)", .patient)
    #expect(report.output.hasPrefix("6\t"))
    // The second has no service to ask for a token.
    #expect(report.faults.map(\.text) == ["policy: F23c A policy's function fails."])
  }
}

@Suite struct `A fault of a whole machine` {
  @Test func `happens at its time, unless it is taken back`() throws {
    try Playground(flow: "require 'sso'.time.sleep(10)").pass(
      """
      local home, other = sim.home {}, sim.home {}
      local start = home.clock:now()
      home:fault(fault("K01", { after = "4s" }))
      other:fault(fault("K01", { after = "4s" }))
      other:fault()
      sim.run("flow.lua", { home = home })
      assert.equal(start + 10 + 7200, home.clock:now())
      assert.equal(start + 10, other.clock:now())
      """)
  }

  @Test func `K03 lets everybody's calendar go on, and nobody's waiting`() throws {
    try Playground(flow: "require 'sso'.time.sleep(10)").pass(
      """
      local svc, home = sim.service {}, sim.home {}
      local start = svc.clock:now()
      home:fault(fault("K03", { after = "4s" }))
      assert.elapsed(sim.run("flow.lua", { home = home }), "10s")
      assert.equal(start + 10 + 3 * 3600, svc.clock:now())
      assert.equal(svc.clock:now(), home.clock:now())
      """)
  }

  @Test func `F07 cuts the power after the next rename, or after the change that is named`() throws
  {
    try Playground(
      flow: """
        for _, name in ipairs { "a", "b" } do
          io.open(name .. ".new", "w"):close()
          os.rename(name .. ".new", name)
          print(name)
        end
        """
    ).pass(
      """
      local home, other = sim.home {}, sim.home {}
      local beside = sim.start("flow.lua", { home = other })
      home:fault "F07"
      local run = sim.run("flow.lua", { home = home })
      assert.exit(run, 137)
      assert.same("", run.stdout)
      assert.exit(beside:wait(), 0) -- it runs on another machine
      assert.exit(sim.run("flow.lua", { home = home }), 0)
      home:fault(fault("F07", { calls = 3 }))
      run = sim.run("flow.lua", { home = home })
      assert.exit(run, 137)
      assert.same("a\\n", run.stdout)
      """)
  }

  @Test func `F15 swaps a file before its change, and what a flow writes through a link is seen`()
    throws
  {
    try Playground(flow: "local f = io.open('cache/a.json', 'w') f:write 'new' f:close()").pass(
      """
      local home = sim.home { files = { ["cache/a.json"] = "old", ["cache/a.txt"] = "old" } }
      home:fault "F15"
      sim.run("flow.lua", { home = home })
      assert.file(home, "elsewhere/a.json", { text = "new" })
      """)
  }

  @Test func `F16 is about long names, and F16b about new ones`() throws {
    try Playground(
      flow: """
        for _, name in ipairs(arg) do
          local file, problem = io.open(name, "w")
          print(file and "made" or problem:match ": (.*)")
        end
        """
    ).pass(
      """
      local home = sim.home { files = { old = "" } }
      local function made(...) return sim.run("flow.lua", { home = home, args = { ... } }).stdout end
      home:fault "F16"
      assert.same("File name too long\\nmade\\n", made(("n"):rep(144), ("n"):rep(143)))
      home:fault "F16b"
      assert.same("made\\nNo space left on device\\n", made("old", "new"))
      """)
  }

  @Test func `N16 is found by programs that start afterwards`() throws {
    try Playground(flow: "print(os.getenv 'HTTPS_PROXY')").pass(
      """
      local home = sim.home {}
      home:fault "N16"
      assert.same("http://:bad\\n", sim.run("flow.lua", { home = home }).stdout)
      home:fault()
      assert.same("nil\\n", sim.run("flow.lua", { home = home }).stdout)
      """)
  }
}
