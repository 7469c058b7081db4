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
