//  PlantedBugTests.swift - published kinds of mistake, each put into a flow that is right, and each found
//  by the scenarios that we ship: by one scenario made for it, and by a property whose faults chance
//  decides.

import Foundation
import SSOScript
import Testing

@testable import SSOScenario

/// One mistake.
struct PlantedBug: Sendable, CustomTestStringConvertible {
  let name: String
  /// What is replaced in the flow, and by what.
  let changes: [(String, String)]
  var flow = "login.lua"
  /// The shipped scenario that must fail, by its file and its name without the groups.
  let scenario: (file: String, name: String)
  /// The shipped file whose property finds it.
  var propertyFile = "any_login_spec.lua"

  var testDescription: String { name }

  static let all = [
    Self(
      name: "polls every second (flyte-sdk#1587)",
      changes: [("sso.time.sleep(pause)", "sso.time.sleep(1)")],
      scenario: ("device_login_spec.lua", "waits for the person and caches the token"),
      propertyFile: "clock_and_disk_faults_spec.lua"),
    Self(
      name: "slow_down is fatal",
      changes: [("      interval = interval + 5\n", "      fail(5, err)\n")],
      scenario: (
        "device_login_spec.lua", "adds five seconds at each slow_down and never takes them back"
      )),
    Self(
      name: "refreshes for ever after a refusal (fastmcp#4264)",
      changes: [
        ("for _ = 1, 2 do", "while true do"),
        ("if err.kind ~= \"transport\" then return nil end", ""),
      ],
      scenario: (
        "clock_and_disk_faults_spec.lua",
        "a session that is over leads to one new login, not to a loop"
      )),
    Self(
      name: "writes the cache in place",
      changes: [
        ("local new = cache_path .. \".new\"", "local new = cache_path"),
        ("if written then written, problem = os.rename(new, cache_path) end", ""),
      ],
      scenario: (
        "clock_and_disk_faults_spec.lua",
        "F06 ended at every step of the disk, it leaves the old file or the new"
      ), propertyFile: "clock_and_disk_faults_spec.lua"),
    Self(
      name: "writes the token into a log",
      changes: [
        (
          "keep(login(old))",
          """
          local token, registration = login(old)
          io.open("login.log", "a"):write("got ", token.accessToken, "\\n")
          keep(token, registration)
          """
        )
      ],
      scenario: ("clock_and_disk_faults_spec.lua", "S39 nothing but the cache holds a secret")),
    Self(
      name: "takes any state",
      changes: [
        (#"if pasted:match "[?&]state=([^&]+)" ~= state or not code then"#, "if not code then")
      ],
      flow: "paste.lua",
      scenario: ("paste_spec.lua", "F22 a wrong state is never exchanged for a token"),
      propertyFile: "paste_spec.lua"),
    Self(
      name: "polls without a pause where the interval is none",
      changes: [("sso.time.sleep(pause)", "sso.time.sleep(pause > 1 and pause or 0)")],
      scenario: (
        "http_faults_spec.lua", "H16b an interval that is none does not make a busy loop"
      )),
    Self(
      name: "reads every refusal as pending",
      changes: [
        (
          "    elseif err.code == \"AccessDeniedException\" then",
          "    elseif err.status == 400 then\n      pause = interval\n"
            + "    elseif err.code == \"AccessDeniedException\" then"
        )
      ],
      scenario: ("device_login_spec.lua", "stops when the person denies it")),
    Self(
      name: "judges the code's end by the calendar",
      changes: [("sso.time.monotonic()", "sso.time.now()")],
      scenario: (
        "clock_and_disk_faults_spec.lua", "K01 a clock that jumps does not change the waiting"
      )),
    Self(
      name: "never renews its registration",
      changes: [
        (
          "if old and (old.registrationExpiresAt or 0) > sso.time.now() + renewal_margin then",
          "if old and old.clientId then"
        ),
        ("if err and err.code == \"InvalidClientException\" and old then", "if false then"),
      ],
      scenario: (
        "clock_and_disk_faults_spec.lua",
        "renews in time, and asks a person when the registration is over"
      )),
  ]
}

@Suite struct `A planted bug` {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scenarios")
    .path

  /// A shipped file, one flow of it changed.
  private static func library(_ file: String, _ bug: PlantedBug? = nil) throws -> Library {
    var library = Library(files: [:])
    for name in [file, "flows/login.lua", "flows/paste.lua"] {
      library.files["/\(name)"] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
    guard let bug else { return library }
    for (right, wrong) in bug.changes {
      let text = try #require(library.files["/flows/\(bug.flow)"])
      try #require(text.contains(right), "the flow has no \(right) any more")
      library.files["/flows/\(bug.flow)"] = text.replacing(right, with: wrong)
    }
    return library
  }

  @Test(arguments: PlantedBug.all) func `is found by a scenario that we ship`(bug: PlantedBug)
    throws
  {
    let (file, name) = bug.scenario
    let isMeant: @Sendable (ScenarioReport, String) -> Bool = { report, _ in
      report.path.last == name
    }
    let right = try Self.library(file).run(["/\(file)"]) { $0.selects = isMeant }
    #expect(right.scenarios.map(\.outcome) == [.passed])
    let wrong = try Self.library(file, bug).run(["/\(file)"]) { $0.selects = isMeant }
    #expect(wrong.scenarios.map(\.outcome) == [.failed], "\(wrong.tally)")
  }

  @Test(arguments: PlantedBug.all)
  func `is found by a property within 500 seeds, made small, and comes again`(bug: PlantedBug)
    throws
  {
    let file = bug.propertyFile
    let library = try Self.library(file, bug)
    let isProperty: @Sendable (ScenarioReport, String) -> Bool = { report, _ in report.isProperty }
    let failed = try #require(
      library.run(["/\(file)"]) { options in
        options.selects = isProperty
        options.seeds = 500
        // Real time, of which a busy machine takes more.
        options.timeout = .seconds(120)
        options.shrinkBudget.time = .seconds(120)
      }.scenarios.first)
    #expect(failed.outcome == .failed)
    #expect(failed.seeds <= 500)
    #expect(failed.faults.count <= 2, "\(failed.faults.map(\.text))")
    #expect(failed.draws.count <= 3, "\(failed.draws.map(\.text))")
    let again = try #require(
      library.run(["/\(file)"], jobs: 1) { options in
        options.selects = isProperty
        options.replay = failed.seed
        options.chance = failed.chance
        options.timeout = .seconds(120)
      }.scenarios.first)
    #expect(again.failure == failed.failure)
    #expect(again.traceHash == failed.traceHash)
  }

  @Test(arguments: ["device_login_spec.lua", "any_login_spec.lua", "paste_spec.lua"])
  func `is not found where there is none`(file: String) throws {
    let report = try Self.library(file).run(["/\(file)"]) { $0.seeds = 20 }
    #expect(report.files.allSatisfy { $0.loadFailure == nil })
    #expect(report.scenarios.allSatisfy { $0.outcome == .passed })
  }
}
