//  SuiteTests.swift - whole runs: many files, many threads, seeds, saved failures, crash points.

import SSOScript
import Synchronization
import Testing

@testable import SSOScenario

/// Lua files in memory.
struct Library {
  var files: [String: String]

  var sources: ScenarioSources {
    ScenarioSources(
      read: { [files] path throws(DoorError) in
        guard let text = files[path] else { throw DoorError("\(path): there is none", number: 2) }
        return Array(text.utf8)
      },
      canonical: { $0.hasPrefix("/") ? $0 : "/" + $0 })
  }

  func run(
    _ names: [String]? = nil, jobs: Int = 2, limit: Int? = nil,
    _ change: (inout ScenarioRunOptions) -> Void = { _ in },
    each: @escaping @Sendable (ScenarioFileReport) -> Void = { _ in }
  ) -> SuiteReport {
    var options = ScenarioRunOptions()
    // By runs, not by time: a busy machine is to find the same.
    options.shrinkBudget.time = .seconds(120)
    change(&options)
    let names = names ?? files.keys.filter { $0.hasSuffix("_spec.lua") }.sorted()
    let suite = ScenarioSuite(
      files: names, sources: { [sources] _ in sources }, options: options, jobs: jobs,
      failureLimit: limit)
    var report = SuiteReport()
    report.take(suite.run(each: each))
    return report
  }

  /// A property that fails as soon as its flow hears of a 503.
  static let touchy = Library(files: [
    "/flow.lua": """
    local client = assert(require "sso.safe".client { retries = 1 })
    for _ = 1, 20 do
      local reg, err = client:register_client { clientName = "x", clientType = "public" }
      if err and err.status == 503 then os.exit(9) end
      require "sso".time.sleep(60)
    end
    """,
    "/touchy_spec.lua": """
    property("never minds", { seeds = 200 }, function(world)
      local svc = sim.service {}
      svc:chaos(world, { "network", "http", "clock" }, { rate = 0.3 })
      local run = sim.run("flow.lua", { service = svc, limit = "12h" })
      assert.is_true(run.exit ~= 9)
    end)
    """,
  ])
}

@Suite struct `A leak` {
  /// A flow that tells people its secret when it hears of a 503.
  private static let chatty = Library(files: [
    "/flow.lua": """
    local sso = require "sso.safe"
    local client = assert(sso.client { retries = 1 })
    local last
    for _ = 1, 20 do
      local reg, err = client:register_client { clientName = "x", clientType = "public" }
      last = reg or last
      if err and err.status == 503 and last then
        os.execute { "notify-send", last.clientSecret }
      end
      sso.time.sleep(60)
    end
    """,
    "/chatty_spec.lua": """
    property("says nothing", { seeds = 200 }, function(world)
      local svc = sim.service {}
      svc:chaos(world, { "network", "http", "clock" }, { rate = 0.3 })
      sim.run("flow.lua", { service = svc, limit = "12h", programs = { ["notify-send"] = "" } })
    end)
    """,
  ])

  @Test func `ends a property at its seed, is made small, and comes again with it`() throws {
    let leaking = try #require(Self.chatty.run(jobs: 1).scenarios.first)
    #expect(leaking.outcome == .failed && leaking.failure == nil)
    #expect(leaking.seeds < 200)
    #expect(leaking.faults.count == 1, "one 503 is enough: \(leaking.faults.map(\.text))")
    let again = Self.chatty.run { options in options = options.replaying(leaking.replay) }
    #expect(again.exitStatus(SuiteDemands()) == 8)
    #expect(again.scenarios[0].leaks == leaking.leaks)
    #expect(again.scenarios[0].traceHash == leaking.traceHash)
    var library = Self.chatty
    library.files["/saved_spec.lua"] = SavedFailure.text(leaking, source: "/chatty_spec.lua")
    #expect(library.run(["/saved_spec.lua"]).scenarios[0].leaks == leaking.leaks)
  }

  @Test func `is the same on one thread and on three that share a file`() throws {
    let alone = try #require(Self.chatty.run(jobs: 1).scenarios.first)
    let shared = try #require(Self.chatty.run(jobs: 3).scenarios.first)
    #expect(alone.replay == shared.replay && alone.seeds == shared.seeds)
    #expect(alone.traceHash == shared.traceHash && alone.leaks == shared.leaks)
  }

  /// Three scenarios with a flow that starts a program with its secret, and polls on.
  private static func told(_ flow: String = "") -> Library {
    Library(files: [
      "/flow.lua": """
      local client = require "sso".client {}
      local reg = client:register_client { clientName = "x", clientType = "public" }
      os.execute { "notify-send", reg.clientSecret }
      \(flow)
      """,
      "/a_spec.lua": """
      for i = 1, 3 do
        it("leaks " .. i, function()
          sim.run("flow.lua", { service = sim.service {}, programs = { ["notify-send"] = "" } })
        end)
      end
      """,
    ])
  }

  @Test func `counts as a failure where nothing new is to begin after one`() {
    let report = Self.told().run(jobs: 1, limit: 1)
    #expect(report.scenarios.map(\.outcome) == [.failed])
    #expect(report.count(.passed) == 0)
  }

  @Test func `is found before the events that a report shows, too`() {
    let flow = "for _ = 1, 20 do os.execute { 'notify-send', 'on' } end"
    let report = Self.told(flow).run(jobs: 1)
    #expect(report.scenarios.allSatisfy { $0.leaks.count == 1 })
    #expect(report.exitStatus(SuiteDemands()) == 8)
  }

  @Test func `is not taken back by a second try`() {
    var library = Self.told()
    library.files["/a_spec.lua"] = """
      local count = 0
      it("leaks and fails once", function()
        sim.run("flow.lua", { service = sim.service {}, programs = { ["notify-send"] = "" } })
        count = count + 1
        assert.is_true(count > 1)
      end)
      """
    let report = library.run(jobs: 1) { $0.retries = 1 }
    #expect(report.scenarios.map(\.outcome) == [.failed])
    #expect(report.exitStatus(SuiteDemands()) == 8)
  }
}

@Suite struct `A run of many files` {
  private static let many = Library(
    files: Dictionary(
      uniqueKeysWithValues: (10..<30).map { number in
        (
          "/f\(number)_spec.lua",
          "for i = 1, 5 do it('s' .. i, function() assert.same(\(number), \(number)) end) end"
        )
      }))

  @Test(arguments: [1, 2, 5, 40]) func `has its results in the order of the files`(jobs: Int) {
    let heard = Mutex<[String]>([])
    let report = Self.many.run(
      jobs: jobs,
      each: { file in
        heard.withLock { $0.append(file.file) }
      })
    #expect(report.count(.passed) == 100)
    #expect(report.files.map(\.file) == Self.many.files.keys.sorted())
    #expect(heard.withLock { $0 } == report.files.map(\.file))
    #expect(report.files[0].scenarios.map(\.name) == ["s1", "s2", "s3", "s4", "s5"])
  }

  @Test func `shares no file among more threads than are of use`() {
    let report = Library(files: ["/a_spec.lua": "it('x', function() end)"]).run(jobs: 20_000)
    #expect(report.count(.passed) == 1)
  }

  @Test func `begins nothing new after so many failures`() {
    let failing = Library(
      files: ["/a_spec.lua": "for i = 1, 9 do it('s' .. i, function() assert(false) end) end"])
    let report = failing.run(jobs: 1, limit: 2)
    #expect(report.scenarios.count == 2)
    #expect(report.notRun == 7 && report.unread == 0)
  }

  @Test func `says what it did not come to`() {
    var library = Self.many
    library.files["/f10_spec.lua"] = "it('fails', function() assert(false) end) it('x', print)"
    let report = library.run(jobs: 1, limit: 1)
    #expect(report.tally == "0 passed, 1 failed, 1 not run, 19 files not begun")
    #expect(library.run(jobs: 1) { $0.selects = { $0.name == "s1" } }.tally == "19 passed")
  }

  @Test func `a property with seeds that nobody tried has not passed`() {
    let library = Library(files: [
      "/a_spec.lua": """
      property("holds", { seeds = 1000 }, function(world) world:number(1, 9) end)
      it("is last", function() end)
      """
    ])
    let tried = Mutex(0)
    var options = ScenarioRunOptions()
    options.isCancelled = {
      tried.withLock { tried in
        tried += 1
        return tried > 100
      }
    }
    let file = ScenarioFile("/a_spec.lua", library.sources).run(options)
    #expect(file.scenarios.map(\.outcome) == [.unfinished])
    #expect(file.scenarios[0].seeds > 0 && file.scenarios[0].seeds < 1000)
    #expect(file.chosen == [0, 1] && file.left == [1])
    var (suite, last) = (SuiteReport(), LastRun())
    suite.take([file])
    last.take(suite)
    #expect(last.failed.isEmpty, "what was not run to its end keeps its state")
  }

  @Test func `goes on when a file does not load`() {
    var library = Self.many
    library.files["/f15_spec.lua"] = "it("
    let report = library.run()
    #expect(report.count(.passed) == 95)
    #expect(report.exitStatus(SuiteDemands()) == 3)
  }

  @Test func `is the same on one thread and on three that share a file`() {
    let alone = Library.touchy.run(jobs: 1)
    let shared = Library.touchy.run(jobs: 3)
    #expect(alone.scenarios.first?.seed == shared.scenarios.first?.seed)
    #expect(alone.scenarios.first?.seeds == shared.scenarios.first?.seeds)
    #expect(alone.scenarios.first?.chance == shared.scenarios.first?.chance)
  }
}

@Suite struct `A failure of a property` {
  @Test func `is made small, and comes again with its seed`() throws {
    let failed = try #require(Library.touchy.run(jobs: 1).scenarios.first)
    #expect(failed.outcome == .failed)
    #expect(failed.faults.count == 1, "one 503 is enough: \(failed.faults.map(\.text))")
    let again = try #require(
      Library.touchy.run(jobs: 1) { options in
        options.replay = failed.seed
        options.chance = failed.chance
      }.scenarios.first)
    #expect(again.failure == failed.failure)
    #expect(again.events == failed.events)
    #expect(again.seeds == 1)
  }

  @Test func `is made small in the steps that it draws, too`() throws {
    let library = Library(files: [
      "/a_spec.lua": """
      property("is short", { seeds = 50 }, function(world)
        local steps, kind = world:number(1, 99), world:pick { "plain", "odd" }
        local needed = world:number(0, 9)
        for _ = 1, steps do sim.service {}.clock:advance "1s" end
        if needed > 3 then assert.same({ 0, "none" }, { steps, kind }) end
      end)
      """
    ])
    let failed = library.run(jobs: 1).scenarios[0]
    #expect(failed.failure?.message.contains(#"{ 1, "plain" }"#) == true)
    #expect(failed.draws.map { $0.text.hasPrefix("world:number gives ") } == [true])
    let again = library.run(jobs: 1) { options in options = options.replaying(failed.replay) }
      .scenarios[0]
    #expect(again.failure == failed.failure)
    #expect(again.traceHash == failed.traceHash)
  }

  @Test func `has the least numbers and items with which it fails`() throws {
    let library = Library(files: [
      "/a_spec.lua": """
      property("is small", { seeds = 50 }, function(world)
        local size = world:number(-1000, 1000000)
        local item = world:pick { "a", "b", "c", "d", "e" }
        assert.is_true(size < 4321 or item < "c", size .. item)
      end)
      """
    ])
    let failed = library.run(jobs: 1).scenarios[0]
    #expect(failed.failure?.message.hasPrefix("4321c") == true, "\(failed.failure?.message ?? "")")
    #expect(failed.draws.map(\.text) == ["world:number gives 4321", #"world:pick gives "c""#])
    #expect("\(failed.replay)".contains("/0=5321"))
    let again = library.run(jobs: 1) { options in options = options.replaying(failed.replay) }
      .scenarios[0]
    #expect(again.failure == failed.failure)
    let budget = library.run(jobs: 1) { $0.shrinkBudget.runs = 3 }.scenarios[0]
    #expect(budget.failure != nil && budget.failure != failed.failure)
  }

  @Test func `stays as it is without shrinking`() throws {
    let failed = try #require(
      Library.touchy.run(jobs: 1) { $0.shrinks = false }.scenarios.first)
    #expect(failed.chance.isEmpty)
  }

  @Test func `is saved as a scenario that one can read and run`() throws {
    let failed = try #require(Library.touchy.run(jobs: 1).scenarios.first)
    var library = Library.touchy
    let text = SavedFailure.text(failed, source: "/touchy_spec.lua")
    library.files["/saved/again_spec.lua"] = text
    #expect(text.contains("-- never minds\n"))
    #expect(text.contains("The faults that strike in it:\n  --   "))
    let report = library.run(["/saved/again_spec.lua"], jobs: 1)
    let again = try #require(report.scenarios.first)
    #expect(again.name == failed.name)
    #expect(again.failure == failed.failure)
  }

  @Test(arguments: [
    ("/p/specs/a_spec.lua", "/p/found", "../specs/a_spec.lua"),
    ("/p/a_spec.lua", "/p", "a_spec.lua"),
    ("/p/a_spec.lua", "/p/x/y", "../../a_spec.lua"), ("/p/a_spec.lua", "/q", "/p/a_spec.lua"),
    ("/p/a_spec.lua", "/", "/p/a_spec.lua"),
  ])
  func `that is saved names its file from where it is`(
    file: String, folder: String, path: String
  ) {
    #expect(SavedFailure.path(of: file, from: folder) == path)
  }

  @Test func `that is saved names what is missing`() {
    let library = Library(files: [
      "/a_spec.lua": "it('x', function() end)",
      "/lost_spec.lua": "replay { file = 'a_spec.lua', scenario = 'y', seed = '0x1' }",
      "/loop_spec.lua": "replay { file = 'loop_spec.lua', scenario = 'y', seed = '0x1' }",
      "/bad_spec.lua": "replay { file = 'a_spec.lua', scenario = 'x', seed = 'junk' }",
    ])
    #expect(
      library.run(["/lost_spec.lua"]).files[0].loadFailure?.contains("no scenario \"y\"") == true)
    #expect(
      library.run(["/loop_spec.lua"]).files[0].loadFailure?.contains("not another one") == true)
    #expect(library.run(["/bad_spec.lua"]).files[0].loadFailure?.contains("replay: seed") == true)
  }

  @Test func `that is saved with a step goes with no recording`() {
    let library = Library(files: [
      "/a_spec.lua": "it('x', function() end)",
      "/step_spec.lua": "replay { file = 'a_spec.lua', scenario = 'x', seed = '0x1@2' }",
    ])
    var sources = library.sources
    #expect(ScenarioFile("/step_spec.lua", sources).run(ScenarioRunOptions()).loadFailure == nil)
    sources.pages = Recording().pages(of: "a")
    let report = ScenarioFile("/step_spec.lua", sources).run(ScenarioRunOptions())
    #expect(report.loadFailure?.contains("exclude each other") == true)
    #expect(report.scenarios.isEmpty)
  }
}

@Suite struct `What a run checks` {
  @Test func `two runs with one seed are the same`() {
    let report = Library.touchy.run { options in
      options.checksDeterminism = true
      options.seeds = 10
    }
    #expect(report.scenarios.allSatisfy { $0.difference == nil })
  }

  @Test func `a scenario that remembers between runs is not deterministic`() throws {
    let library = Library(files: [
      "/a_spec.lua": """
      local count = 0
      it("counts", function()
        count = count + 1
        sim.service {}.clock:advance(count)
        sim.home {}.clock:jump(count .. "s")
      end)
      """
    ])
    let report = library.run { $0.checksDeterminism = true }
    #expect(report.scenarios[0].difference?.contains("event 1") == true)
    #expect(report.exitStatus(SuiteDemands()) == 5)
    #expect(report.count(.passed) == 0)
  }

  @Test func `a difference ends a property at its seed`() {
    let library = Library(files: [
      "/a_spec.lua": """
      local count = 0
      property("counts", { seeds = 50 }, function()
        count = count + 1
        if count > 20 then sim.home {}.clock:jump(count .. "s") end
      end)
      """
    ])
    let scenario = library.run(jobs: 1) { $0.checksDeterminism = true }.scenarios[0]
    #expect(scenario.outcome == .failed && scenario.seeds == 11)
    #expect(scenario.difference?.hasPrefix("seed \(scenario.replay)") == true)
  }

  @Test(arguments: [
    (#"print("count", n)"#, "process 1, standard output, line 1:\n  first  count\t1\n"),
    (#"io.stderr:write("a\nb", n)"#, "process 1, standard error, line 2:\n  first  b1\n"),
    (#"assert(io.open("count", "w")):write(n)"#, "in what is sent or written there:\n"),
    (
      #"require "sso".client {}:register_client { clientName = n, clientType = "public" }"#,
      "RegisterClient"
    ),
    (#"require "sso".http.get("https://oidc.us-east-1.amazonaws.com/x?n=" .. n)"#, "flow"),
    (#"require "sso".browser.open("https://example.com/" .. n)"#, "shows a page"),
    (#"io.popen({ "tell" }, n)"#, "program  tell"),
  ])
  func `what a flow writes and sends is compared`(line: String, words: String) throws {
    let library = Library(files: [
      "/flow.lua": "local n = ...\n\(line)",
      "/a_spec.lua": """
      local count = 0
      it("counts", function()
        count = count + 1
        local run = sim.run("flow.lua", { service = sim.service {}, home = sim.home {},
          args = { tostring(count) }, programs = { tell = "" } })
        assert.exit(run, 0)
      end)
      """,
    ])
    let report = library.run(jobs: 1) { $0.checksDeterminism = true }
    let difference = try #require(report.scenarios[0].difference, "\(report.scenarios[0].events)")
    #expect(difference.contains(words), "\(difference)")
    #expect(report.scenarios[0].failure == nil, "\(report.scenarios[0].failure?.message ?? "")")
  }

  @Test func `a failure that does not come again when it is made small is kept`() {
    let library = Library(files: [
      "/a_spec.lua": """
      local count = 0
      property("fails once", { seeds = 50 }, function(world)
        world:number(1, 1000)
        count = count + 1
        assert.is_true(count ~= 3)
      end)
      """
    ])
    let scenario = library.run(jobs: 1).scenarios[0]
    #expect(scenario.outcome == .failed && scenario.seeds == 3)
  }

  @Test func `--check-determinism sees what goes by places in memory`() {
    let library = Library(files: [
      "/flow.lua": """
      local numbers = {}
      for i = 1, tonumber(...) do numbers[{}] = i end
      os.exit(numbers[next(numbers)])
      """,
      "/a_spec.lua": """
      it("goes by addresses", function()
        -- In a table of one size, two places in memory may give the same order.
        for _, count in ipairs { "15", "30", "60", "120", "240" } do
          sim.run("flow.lua", { args = { count } })
        end
      end)
      """,
    ])
    #expect(library.run { $0.checksDeterminism = true }.scenarios[0].difference != nil)
  }

  @Test func `what passes on a second try with the same seed is flaky`() {
    let library = Library(files: [
      "/a_spec.lua": """
      local count = 0
      it("fails once", function() count = count + 1 assert.is_true(count > 1) end)
      it("fails", function() assert.is_true(false) end)
      """
    ])
    let report = library.run { $0.retries = 1 }
    #expect(report.scenarios.map(\.outcome) == [.flaky, .failed])
    #expect(report.scenarios[0].failure != nil)
  }

  /// What stops its script only when it is loaded the first times.
  private static func stopping(_ times: Int, _ options: ScenarioRunOptions) -> SuiteReport {
    let loads = Mutex(0)
    let text = { @Sendable (isStopping: Bool) in
      """
      it("stops", function() \(isStopping ? "while true do end" : "") end)
      it("comes after it", function() end)
      """
    }
    let sources = ScenarioSources(
      read: { _ throws(DoorError) in
        let load = loads.withLock { loads in
          loads += 1
          return loads
        }
        return Array(text(load <= times).utf8)
      },
      canonical: { $0 })
    let suite = ScenarioSuite(
      files: ["/a_spec.lua"], sources: { [sources] _ in sources }, options: options, jobs: 1)
    var report = SuiteReport()
    report.take(suite.run())
    return report
  }

  @Test(arguments: [
    (1, 0, ScenarioReport.Outcome.error, 1), (1, 1, .flaky, 3), (2, 2, .flaky, 3),
    (3, 2, .error, 1),
  ])
  func `what real time has stopped is tried again, with the file loaded anew`(
    times: Int, retries: Int, outcome: ScenarioReport.Outcome, seeds: Int
  ) {
    var options = ScenarioRunOptions()
    (options.timeout, options.retries, options.repeats) = (.seconds(1), retries, 3)
    let report = Self.stopping(times, options)
    #expect(report.scenarios.map(\.outcome) == [outcome, .passed])
    #expect(report.scenarios.map(\.seeds) == [seeds, 3])
    #expect(report.scenarios[0].failure != nil)
  }

  @Test func `what was flaky stays so, unless a later seed fails`() {
    let library = Library(files: [
      "/a_spec.lua": """
      local count = 0
      it("fails once", function() count = count + 1 assert.is_true(count > 1) end)
      local runs = 0
      it("fails in the end", function() runs = runs + 1 assert.is_true(runs == 2) end)
      """
    ])
    let report = library.run(jobs: 1) { ($0.retries, $0.repeats) = (1, 3) }
    #expect(report.scenarios.map(\.outcome) == [.flaky, .failed])
    #expect(report.scenarios[0].failure != nil)
    #expect(report.scenarios[0].seeds == 3)
  }

  @Test func `S39 a difference between two runs shows no secret`() throws {
    let library = Library(files: [
      "/flow.lua": """
      local client = require "sso".client {}
      local reg = client:register_client { clientName = "x", clientType = "public" }
      os.execute { "notify-send", reg.clientSecret, ... }
      """,
      "/a_spec.lua": """
      local count = 0
      it("leaks", function()
        count = count + 1
        sim.run("flow.lua", { service = sim.service {}, args = { tostring(count) },
          programs = { ["notify-send"] = "" } })
      end)
      """,
    ])
    let difference = library.run { $0.checksDeterminism = true }.scenarios[0].difference
    #expect(difference?.contains("notify-send <secret> 1") == true, "\(difference ?? "")")
    #expect(difference?.contains("notify-send <secret> 2") == true)
  }

  @Test func `S39 a verifier that is sent is a secret`() throws {
    let library = Library(files: [
      "/flow.lua": """
      local sso = require "sso.safe"
      local client = sso.client {}
      local reg = client:register_client { clientName = "x", clientType = "public" }
      local verifier = ("v"):rep(43)
      client:create_token { clientId = reg.clientId, clientSecret = reg.clientSecret,
        grantType = sso.grant.authorization_code, code = "no-code-of-the-service",
        redirectUri = "http://127.0.0.1/oauth/callback", codeVerifier = verifier }
      os.execute { "notify-send", verifier }
      """,
      "/a_spec.lua": """
      it("leaks", function()
        sim.run("flow.lua", { service = sim.service {}, programs = { ["notify-send"] = "" } })
      end)
      """,
    ])
    let leak = try #require(library.run().scenarios[0].leaks.first)
    #expect(leak.contains("notify-send <secret>"))
  }

  @Test func `--repeat runs all seeds again`() {
    let library = Library(files: ["/a_spec.lua": "it('x', function() end)"])
    #expect(library.run { $0.repeats = 7 }.scenarios[0].seeds == 7)
  }

  @Test func `S39 a secret in what a flow says to people is a leak, and is not repeated`() throws {
    let library = Library(files: [
      "/flow.lua": """
      local client = require "sso".client {}
      local reg = client:register_client { clientName = "x", clientType = "public" }
      os.execute { "notify-send", reg.clientSecret }
      """,
      "/a_spec.lua": """
      it("leaks", function()
        sim.run("flow.lua", { service = sim.service {}, programs = { ["notify-send"] = "" } })
      end)
      """,
    ])
    let report = library.run()
    let leak = try #require(report.scenarios[0].leaks.first)
    #expect(leak.contains("time line") && leak.contains("<secret>"))
    #expect(report.exitStatus(SuiteDemands()) == 8)
    for kind in ReportKind.allCases where kind != .lcov {
      #expect(kind.writer().text(of: report).contains("secret"))
    }
  }

  @Test func `coverage names rules and faults that were met`() throws {
    let report = Library.touchy.run { options in
      options.coverage = .usual
      options.seeds = 20
      options.shrinks = false
    }
    let coverage = CoverageReport(report.files)
    #expect(coverage.rules.contains { $0.id == "R8252-05" && $0.isReached })
    #expect(coverage.rules.contains { $0.id == "R8628-17" && !$0.isReached })
    #expect(coverage.faults.contains { $0.isReached })
    #expect(coverage.rulePercentage > 0 && coverage.rulePercentage < 100)
  }

  @Test func `stops when nobody wants more`() {
    let cancelled = Library(files: [
      "/a_spec.lua": "for i = 1, 50 do it('s' .. i, function() end) end"
    ])
    let report = cancelled.run { $0.isCancelled = { true } }
    #expect(report.scenarios.count <= 50)
    let suite = ScenarioSuite(
      files: ["/a_spec.lua"], sources: { _ in cancelled.sources }, options: ScenarioRunOptions(),
      jobs: 1)
    suite.cancel()
    #expect(suite.run().flatMap(\.scenarios).isEmpty)
  }
}

@Suite struct `Crash points` {
  private static func library(_ write: String) -> Library {
    Library(files: [
      "/flow.lua": """
      local sso = require "sso.safe"
      local file = io.open("cache.json")
      if file then
        sso.json.decode(file:read "a")
        file:close()
      end
      \(write)
      """,
      "/a_spec.lua":
        "it('writes', function() assert.exit(sim.run('flow.lua', { home = sim.home {} }), 0) end)",
    ])
  }

  @Test func `F06 a draft that is renamed survives an end at every step`() {
    let report = Self.library(
      """
      local new = assert(io.open("cache.json.new", "w"))
      new:write('{"a":1}')
      new:close()
      assert(os.rename("cache.json.new", "cache.json"))
      """
    ).run { $0.crashPoints = .all }
    #expect(report.scenarios[0].outcome == .passed)
    #expect(report.scenarios[0].crashes >= 3)
  }

  @Test func `F06 a file that is written in place is found half written`() throws {
    let report = Self.library(
      """
      local file = assert(io.open("cache.json", "w"))
      file:write('{"a":', '1}')
      file:close()
      """
    ).run { $0.crashPoints = .cacheWrite }
    let scenario = report.scenarios[0]
    #expect(scenario.outcome == .failed)
    #expect(scenario.crashPoint != nil)
    #expect(scenario.failure?.message.contains("is not whole") == true)
  }

  @Test func `F06 what was wrong before the flow is not its fault`() {
    let library = Library(files: [
      "/flow.lua": "assert(io.open('cache/note', 'w')):write('1')",
      "/a_spec.lua": """
      it("finds garbage", function()
        local home = sim.home {}
        home:write("cache/a.json", "garbage", { mode = "0644" })
        assert.exit(sim.run("flow.lua", { home = home }), 0)
      end)
      """,
    ])
    let scenario = library.run { $0.crashPoints = .all }.scenarios[0]
    #expect(scenario.failure == nil)
    #expect(scenario.crashes >= 2)
  }

  @Test(arguments: [true, false])
  func `a flow that always fails may fail after an end, too`(always: Bool) throws {
    var library = Self.library(
      """
      local there = io.open "note"
      assert(io.open("note", "w")):write "1"
      if there or \(always) then error "fails" end
      """)
    library.files["/a_spec.lua"] =
      "it('fails', function() sim.run('flow.lua', { home = sim.home {} }) end)"
    let scenario = library.run { $0.crashPoints = .all }.scenarios[0]
    #expect(scenario.outcome == (always ? .passed : .failed))
    guard !always else { return }
    #expect(scenario.failure?.message.contains("the next run ended with 1") == true)
    let again = library.run { options in options = options.replaying(scenario.replay) }.scenarios[0]
    #expect(again.failure == scenario.failure)
  }

  @Test func `F06 a failure at a step comes again with its seed`() throws {
    var library = Self.library(
      """
      local file = assert(io.open("cache.json", "w"))
      file:write('{"a":', '1}')
      file:close()
      """)
    let failed = library.run { $0.crashPoints = .cacheWrite }.scenarios[0]
    let step = try #require(failed.crashPoint)
    #expect(failed.replayCommand.hasSuffix("@\(step)"))
    let again = library.run { options in options = options.replaying(failed.replay) }.scenarios[0]
    #expect(again.failure == failed.failure)
    #expect(again.crashPoint == step)
    #expect(again.traceHash == failed.traceHash)
    library.files["/saved_spec.lua"] = SavedFailure.text(failed, source: "/a_spec.lua")
    let saved = library.run(["/saved_spec.lua"]).scenarios[0]
    #expect(saved.failure == failed.failure)
  }

  @Test func `a scenario that is stopped after a crash is no success`() {
    let library = Library(files: [
      "/flow.lua": """
      if io.open "x" then print "again" end
      assert(io.open("x", "w")):write "1"
      """,
      "/a_spec.lua": """
      it("spins where its flow has ended", function()
        local run = sim.run("flow.lua", { home = sim.home {} })
        if run.stdout:find "again" then while true do end end
      end)
      it("is well", function() end)
      """,
    ])
    let report = library.run(jobs: 1) { options in
      options.crashPoints = .all
      options.timeout = .seconds(3)
    }
    #expect(report.scenarios.map(\.outcome) == [.error, .passed])
    #expect(report.scenarios[0].crashPoint != nil)
  }
}
