//  RunCheckTests.swift - what a run checks beside its scenarios: determinism, time, thresholds.

import SSOScript
import Synchronization
import Testing

@testable import SSOScenario

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

  @Test func `a difference does not make an assertion of an error`() {
    let library = Library(files: [
      "/a_spec.lua": """
      local count = 0
      it("counts and breaks", function() count = count + 1 print(count) error("broken") end)
      """
    ])
    let scenario = library.run { $0.checksDeterminism = true }.scenarios[0]
    #expect(scenario.outcome == .error && scenario.difference != nil)
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
    loading(options) { load in
      """
      it("stops", function() \(load <= times ? "while true do end" : "") end)
      it("comes after it", function() end)
      """
    }
  }

  /// A file that has another text each time it is loaded.
  private static func loading(
    _ options: ScenarioRunOptions, _ text: @escaping @Sendable (_ load: Int) -> String
  ) -> SuiteReport {
    let loads = Mutex(0)
    let sources = ScenarioSources(
      read: { _ throws(DoorError) in
        let load = loads.withLock { loads in
          loads += 1
          return loads
        }
        return Array(text(load).utf8)
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

  @Test(arguments: [(1, ScenarioReport.Outcome.failed), (2, .flaky)])
  func `what real time has stopped at its second try has those left that were not made`(
    retries: Int, outcome: ScenarioReport.Outcome
  ) {
    var options = ScenarioRunOptions()
    (options.timeout, options.retries) = (.seconds(1), retries)
    let report = Self.loading(options) { load in
      load > 1
        ? "it('fails, then stops', function() end)"
        : """
        local runs = 0
        it("fails, then stops", function()
          runs = runs + 1
          assert.is_true(runs == 2)
          while true do end
        end)
        """
    }
    #expect(report.scenarios.map(\.outcome) == [outcome])
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
