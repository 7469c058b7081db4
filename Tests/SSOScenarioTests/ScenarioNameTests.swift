//  ScenarioNameTests.swift - scenarios are found again by their names.

import SSOScript
import StrictJSON
import Testing

@testable import SSOScenario

@Suite struct `Two scenarios of one name` {
  @Test(arguments: [
    ("it('x', function() end)\nit('x', function() end)", "a_spec.lua:2", "a_spec.lua:1"),
    (
      "describe('a', function() it('b › c', function() end) end)\n"
        + "describe('a › b', function()\nproperty('c', function() end) end)",
      "a_spec.lua:3", "a_spec.lua:1"
    ),
  ])
  func `are refused with both places`(text: String, place: String, first: String) {
    let report = Playground().run(text)
    let failure = report.loadFailure ?? ""
    #expect(failure.hasPrefix("\(place): there is another scenario"), "\(failure)")
    #expect(failure.contains("at \(first): give each a name of its own"))
    #expect(report.scenarios.isEmpty)
  }

  @Test func `in a loop are told what to put into it`() {
    let report = Playground().run("for _ = 1, 2 do it('x', function() end) end")
    #expect(report.loadFailure?.contains("put into the name what differs each time") == true)
  }

  @Test func `in different groups are two`() {
    let group = "(function() it('x', function() end) end)"
    let report = Playground().run(
      "describe('a', \(group)) describe('b', \(group)) it('x', function() end)")
    #expect(report.scenarios.map(\.name) == ["a › x", "b › x", "x"])
  }
}

@Suite struct `A scenario with a star in its name` {
  @Test func `is run again without those that the star would stand for`() {
    let report = Sample.scenario("a*", 7) { $0.outcome = .failed }
    #expect(
      report.replayCommand.hasPrefix(
        "ssoscript test scenarios/login_spec.lua --filter '^device login › a\\*$' --replay "),
      "\(report.replayCommand)")
    #expect(ScenarioSelection.matches("a*b*", "^a\\**\\*$"))
    #expect(!ScenarioSelection.matches("ab", "^a\\*$"))
    #expect(ScenarioSelection.matches("ab", "^a*$"))
  }
}

@Suite struct `A scenario whose name joins with what is written around it` {
  @Test(arguments: [
    "\u{301}a", "a*\u{301}b", "\u{F8FF}", "a\r\nb", "$\u{301}", "a\u{301}", "\\*", "\u{301}",
  ])
  func `is run again by the pattern of its replay`(name: String) throws {
    let exact = "^\(name.replacingBytes("*", with: "\\*"))$"
    #expect(ScenarioSelection.matches(name, exact))
    #expect(!ScenarioSelection.matches(name + "x", exact))
    let words = Sample.scenario(name, 7) { $0.outcome = .failed }.replayCommand
    #expect(words.containsBytes("--filter "))
  }

  @Test func `is one word for a shell`() {
    #expect(ShellWord.quoted("'\u{301};x").utf8.elementsEqual("''\\''\u{301};x'".utf8))
    #expect(!ScenarioSelection.matches("e\u{301}", "\u{E9}"))
  }
}

@Suite struct `A scenario that another file declares` {
  private static let shared = """
    return function(ok)
      describe("shared", function() it("works", function() assert.equal(1, ok) end) end)
    end
    """

  private func run(_ text: String) -> ScenarioFileReport {
    var playground = Playground()
    playground.files["shared.lua"] = Self.shared
    playground.files["own.lua"] = "it('own', function() end)"
    return playground.run(text)
  }

  @Test func `is one of the file that is run, at the line that calls the other`() throws {
    let report = try #require(run("\nrequire 'shared' (2)").scenarios.first)
    #expect(report.id == "a_spec.lua › shared › works")
    #expect(report.file == "a_spec.lua" && report.line == 2)
    #expect(report.helper == "shared.lua:2")
    #expect(report.replayCommand.hasPrefix("ssoscript test a_spec.lua --filter "))
    #expect(SavedFailure.fileName(report).hasPrefix("a-spec-lua-shared-works-"))
    var selection = ScenarioSelection()
    selection.lines = ["a_spec.lua": [2]]
    #expect(selection.takes(report, in: "a_spec.lua"))
  }

  @Test func `is listed with nothing that a terminal would act on`() {
    var file = ScenarioFileReport(file: "a\u{1b}_spec.lua")
    var report = Sample.passed
    report.file = file.file
    file.scenarios = [report]
    #expect(!ScenarioList.text([file]).contains("\u{1b}"))
  }

  @Test func `shows its own place to people, and the other's line to programs`() throws {
    let file = run("\nrequire 'shared' (2)")
    let report = try #require(file.scenarios.first)
    #expect(FailureText(report).place == "shared.lua:2")
    #expect(TraceText.text(report).contains("\ndeclared  shared.lua:2\n"))
    #expect(ScenarioList.text([file]) == "a_spec.lua:2: shared › works\n")
    #expect(ScenarioList.json([file]).contains(#""helper": "shared.lua:2""#))
    var suite = SuiteReport()
    suite.files = [file]
    let tap = ReportKind.tap.writer().text(of: suite)
    #expect(tap.contains("  at: \"a_spec.lua:2\"\n"))
    let github = ReportKind.github.writer().text(of: suite)
    #expect(
      github.hasPrefix(
        "::error file=a_spec.lua,line=2,title=shared › works::shared.lua:2%0A%0Aexpected: 1"))
  }

  @Test(
    arguments: [
      ("\npcall(it, 'x', function() end)", 2, nil),
      ("\nload('it(\"x\", function() end)')()", 2, nil),
      ("\nrequire 'own'", 2, "own.lua:1"),
      ("describe('d', function()\npcall(it, 'x', function() end) end)", 2, nil),
      ("\ncoroutine.wrap(function() it('x', function() end) end)()", 2, nil),
      ("\ndescribe('d', coroutine.wrap(require('shared')))", 2, "shared.lua:2"),
    ] as [(String, Int, String?)])
  func `has a place whatever stands between`(text: String, line: Int, helper: String?) throws {
    let report = try #require(run(text).scenarios.first)
    #expect(report.file == "a_spec.lua" && report.line == line && report.helper == helper)
  }

  @Test func `must not be there twice`() {
    let report = run("require 'shared' (1) require 'shared' (2)")
    #expect(
      report.loadFailure?.hasPrefix(
        "shared.lua:2: there is another scenario \"shared › works\" at shared.lua:2: put") == true)
  }
}
