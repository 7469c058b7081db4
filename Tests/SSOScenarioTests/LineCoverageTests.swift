//  LineCoverageTests.swift - lines of the user's Lua files: what counts, how it is told.

import StrictJSON
import Testing

@testable import SSOScenario

@Suite struct `Line coverage` {
  private static let library = Library(files: [
    "/flows/login.lua": """
    local helper = require "lib.helper"
    if arg[1] == "twice" then
      helper.greet()
    end
    helper.greet()
    """,
    "/flows/lib/helper.lua": """
    local M = {}
    function M.greet()
      print("hello")
    end
    function M.leave()
      print("bye")
    end
    return M
    """,
    "/policy.lua": """
    return {
      before_register = function(input)
        if input.clientName == "bad" then
          return false, "no"
        end
      end,
    }
    """,
    "/helper_of_specs.lua": "return { name = 'x' }",
    "/a_spec.lua": """
    local names = require "helper_of_specs"
    it("runs", function() assert.exit(sim.run("flows/login.lua", {}), 0) end)
    it("runs with a policy", function()
      assert.exit(sim.run("flows/login.lua", { policies = { "policy.lua" } }), 0)
    end)
    """,
    "/b_spec.lua": """
    it("runs twice", function()
      assert.exit(sim.run("flows/login.lua", { args = { "twice" } }), 0)
    end)
    """,
  ])

  private func lines(
    _ names: [String]? = nil, _ parts: CoverageParts = .lua, jobs: Int = 2
  ) throws -> LineCoverage {
    let report = Self.library.run(names, jobs: jobs) { $0.coverage = parts }
    #expect(report.exitStatus(SuiteDemands()) == 0)
    return try #require(CoverageReport(report.files, of: parts).lines)
  }

  @Test func `is of flows, policies and their modules, not of scenario files`() throws {
    let lines = try lines(["/a_spec.lua"])
    #expect(
      lines.files.map(\.path) == ["/flows/lib/helper.lua", "/flows/login.lua", "/policy.lua"])
    #expect(lines.files.map(\.missed) == [[6...6], [3...3], [3...4]])
    #expect(lines.files[1].hits == [1: 2, 2: 2, 3: 0, 5: 2])
    #expect(lines.executed < lines.count && lines.percentage > 50)
  }

  @Test func `adds up over scenarios, files and threads`() throws {
    let lines = try lines(jobs: 5)
    #expect(lines.files[1].hits == [1: 3, 2: 3, 3: 1, 5: 3])
    #expect(try self.lines(jobs: 1) == lines)
  }

  @Test func `is of scenario files and their helpers, too, when asked`() throws {
    let specs = try lines(["/a_spec.lua"], .specs)
    #expect(specs.files.map(\.path) == ["/a_spec.lua", "/helper_of_specs.lua"])
    #expect(try lines(["/a_spec.lua"], [.lua, .specs]).files.count == 5)
  }

  @Test func `changes nothing that a scenario can notice`() throws {
    let plain = Library.touchy.run(jobs: 1) { $0.seeds = 40 }
    let covered = Library.touchy.run(jobs: 1) { options in
      options.seeds = 40
      options.coverage = [.lua, .specs]
    }
    #expect(plain.scenarios.map(\.traceHash) == covered.scenarios.map(\.traceHash))
    #expect(plain.scenarios.map(\.events) == covered.scenarios.map(\.events))
    #expect(plain.scenarios.map(\.failure) == covered.scenarios.map(\.failure))
    #expect(plain.files.allSatisfy { $0.lines.files.isEmpty })
    #expect(covered.files.contains { !$0.lines.files.isEmpty })
  }

  @Test func `counts a flow that is killed up to there`() throws {
    let library = Library(files: [
      "/flow.lua": "require 'sso'.time.sleep(1)\nrequire 'sso'.time.sleep(100)\nprint('late')",
      "/a_spec.lua": """
      it("is killed", function() assert.exit(sim.run("flow.lua", { kill_after = "9s" }), 137) end)
      """,
    ])
    let report = library.run { $0.coverage = .lua }
    #expect(report.count(.passed) == 1)
    let file = try #require(CoverageReport(report.files, of: .lua).lines?.files.first)
    #expect(file.hits == [1: 1, 2: 1, 3: 0])
  }
}

@Suite struct `A report of lines` {
  private static let lines = LineCoverage([
    .init(path: "flows/a.lua", hits: [1: 3, 2: 0, 4: 0, 5: 1, 9: 0]),
    .init(path: "flows/<b>&.lua", hits: [1: 1]), .init(path: "empty.lua", hits: [:]),
  ])

  private static let suite: SuiteReport = {
    var suite = Sample.suite([Sample.passed])
    suite.files[0].lines = lines
    suite.coverage = CoverageReport(suite.files, of: .lua)
    return suite
  }()

  @Test func `names ranges of lines that did not run`() {
    #expect(Self.lines.files.map(\.missed) == [[], [2...4, 9...9]])
    #expect(Self.lines.files.map(\.percentage) == [100, 40])
    #expect(Self.lines.percentage == 50)
    let text = ReportKind.pretty.writer().text(of: Self.suite)
    #expect(
      text.contains(
        """
        Lua lines: 3 of 6 (50.0 %)
          flows/<b>&.lua  100.0 %
          flows/a.lua      40.0 %  missed: 2-4 9
        """), "\(text)")
    #expect(!text.contains("Protocol rules"))
  }

  @Test func `of two runs has a largest count`() {
    var lines = LineCoverage([.init(path: "a", hits: [1: .max - 1, 2: 1])])
    lines.add(LineCoverage([.init(path: "a", hits: [1: 7, 2: 1])]))
    #expect(lines.files.first?.hits == [1: .max, 2: 2])
  }

  @Test func `of two runs is not of one file where other lines hold code`() {
    let lines = LineCoverage([.init(path: "a", hits: [1: 1, 2: 0])])
    #expect(lines.firstDifferent(LineCoverage([.init(path: "a", hits: [1: 0, 3: 1])])) == "a")
    #expect(lines.firstDifferent(LineCoverage([.init(path: "a", hits: [1: 0, 2: 4])])) == nil)
    #expect(lines.firstDifferent(LineCoverage([.init(path: "b", hits: [9: 0])])) == nil)
  }

  @Test func `says that there was nothing to count`() {
    var suite = Self.suite
    suite.coverage?.lines = LineCoverage()
    #expect(ReportKind.pretty.writer().text(of: suite).contains("Lua lines: no Lua file ran"))
    #expect(ReportKind.html.writer().text(of: suite).contains("No Lua file ran"))
    #expect(ReportKind.lcov.writer().text(of: suite).isEmpty)
  }

  @Test func `is lcov's for editors and CI services`() {
    let text = ReportKind.lcov.writer().text(of: Self.suite)
    #expect(
      text.hasSuffix(
        """
        TN:
        SF:flows/a.lua
        DA:1,3
        DA:2,0
        DA:4,0
        DA:5,1
        DA:9,0
        LF:5
        LH:2
        end_of_record

        """), "\(text)")
  }

  @Test func `is JSON for programs`() throws {
    let text = ReportKind.json.writer().text(of: Self.suite)
    let coverage = try #require(try JSON.parse(Array(text.utf8)).asObject?["coverage"]?.asObject)
    #expect(coverage["protocol"] == nil)
    let lua = try #require(coverage["lua"]?.asObject)
    #expect(lua["percentage"]?.asNumber == 50)
    let file = try #require(lua["files"]?.asArray?.last?.asObject)
    #expect(file["file"]?.asString == "flows/a.lua")
    #expect(file["missed"]?.asArray?.compactMap(\.asInteger) == [2, 4, 9])
  }

  @Test func `S21 is on the page with names escaped`() {
    let text = ReportKind.html.writer().text(of: Self.suite)
    #expect(
      text.contains("flows/&lt;b&gt;&amp;.lua")
        && text.contains("missed: <span>2-4</span> <span>9</span>"))
  }

  @Test func `6 stands for too few lines, or none`() {
    func status(_ percentage: Double, _ suite: SuiteReport) -> Int32 {
      var demands = SuiteDemands()
      demands.linePercentage = percentage
      return suite.exitStatus(demands)
    }
    #expect(status(50, Self.suite) == 0)
    #expect(status(50.1, Self.suite) == 6)
    var nothing = Self.suite
    nothing.coverage?.lines = LineCoverage()
    #expect(status(1, nothing) == 6)
  }

  @Test func `has parts that are named by words`() {
    #expect(CoverageParts("lua,faults") == [.lua, .faults])
    #expect(CoverageParts("lua,") == nil && CoverageParts("lines") == nil)
  }
}

@Suite struct `A share that was not reached` {
  @Test func `is named, by counts and alone, and is not all in any words`() {
    var suite = Sample.suite([Sample.passed])
    let hits = (1...4003).map { ($0, $0 == 7 ? 0 : 1) }
    let file = LineCoverage.File(path: "flow.lua", hits: Dictionary(uniqueKeysWithValues: hits))
    var coverage = CoverageReport()
    coverage.lines = LineCoverage([file])
    suite.coverage = coverage
    var demands = SuiteDemands()
    (demands.linePercentage, demands.rulePercentage) = (100, 100)
    #expect(suite.exitStatus(demands) == 6)
    #expect(
      suite.missedThresholds(demands)
        == ["--min-line-coverage: 4002 of 4003 lines, 100 % wanted"])
    #expect(ReportKind.pretty.writer().text(of: suite).contains("4002 of 4003 (99.9 %)"))
    demands.linePercentage = 99.5
    #expect(suite.missedThresholds(demands).isEmpty)
  }

  @Test func `is rounded down, and what is exact stays`() {
    for tenths in 0...1000 {
      let share = Double(tenths) * 100 / 1000
      #expect(ReportText.percentage(share) == "\(tenths / 10).\(tenths % 10) %")
    }
  }
}
