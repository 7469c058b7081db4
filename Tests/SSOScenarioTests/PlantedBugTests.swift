//  PlantedBugTests.swift - ten published kinds of mistake, each put into a flow that is right, and each
//  found by the scenarios that we ship.

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
  /// The shipped file that finds it.
  let file: String

  var testDescription: String { name }

  static let all = [
    Self(
      name: "polls every second (flyte-sdk#1587)",
      changes: [("sso.time.sleep(pause)", "sso.time.sleep(1)")], file: "device_login_spec.lua"),
    Self(
      name: "slow_down is fatal",
      changes: [("      interval = interval + 5\n", "      fail(5, err)\n")],
      file: "device_login_spec.lua"),
    Self(
      name: "refreshes for ever after a refusal (fastmcp#4264)",
      changes: [
        ("for _ = 1, 2 do", "while true do"),
        ("if err.kind ~= \"transport\" then return nil end", ""),
      ], file: "clock_and_disk_faults_spec.lua"),
    Self(
      name: "writes the cache in place",
      changes: [
        ("local new = cache_path .. \".new\"", "local new = cache_path"),
        ("if written then written, problem = os.rename(new, cache_path) end", ""),
      ], file: "clock_and_disk_faults_spec.lua"),
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
      ], file: "clock_and_disk_faults_spec.lua"),
    Self(
      name: "takes any state",
      changes: [
        (#"if pasted:match "[?&]state=([^&]+)" ~= state or not code then"#, "if not code then")
      ],
      flow: "paste.lua", file: "paste_spec.lua"),
    Self(
      name: "takes an interval of 0 as it is",
      changes: [
        (
          "math.max(1, math.min(auth.interval or 5, auth.expiresIn or 600))", "auth.interval or 5"
        )
      ], file: "http_faults_spec.lua"),
    Self(
      name: "reads every refusal as pending",
      changes: [
        (
          "    elseif err.code == \"AccessDeniedException\" then",
          "    elseif err.status == 400 then\n      pause = interval\n"
            + "    elseif err.code == \"AccessDeniedException\" then"
        )
      ], file: "device_login_spec.lua"),
    Self(
      name: "judges the code's end by the calendar",
      changes: [("sso.time.monotonic()", "sso.time.now()")],
      file: "clock_and_disk_faults_spec.lua"),
    Self(
      name: "never renews its registration",
      changes: [
        (
          "if old and (old.registrationExpiresAt or 0) > sso.time.now() + renewal_margin then",
          "if old and old.clientId then"
        ),
        ("if err and err.code == \"InvalidClientException\" and old then", "if false then"),
      ], file: "clock_and_disk_faults_spec.lua"),
  ]
}

@Suite struct `A planted bug` {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("scenarios")
    .path

  /// The shipped files, one flow of them changed.
  private static func library(_ file: String, flow: String, _ changes: [(String, String)]) throws
    -> Library
  {
    var library = Library(files: [:])
    for name in [file, "flows/login.lua", "flows/paste.lua"] {
      library.files["/\(name)"] = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    }
    for (right, wrong) in changes {
      let text = try #require(library.files["/flows/\(flow)"])
      try #require(text.contains(right), "the flow has no \(right) any more")
      library.files["/flows/\(flow)"] = text.replacing(right, with: wrong)
    }
    return library
  }

  @Test(arguments: PlantedBug.all) func `is found by a scenario that we ship`(bug: PlantedBug)
    throws
  {
    let report = try Self.library(bug.file, flow: bug.flow, bug.changes).run(["/\(bug.file)"]) {
      $0.seeds = 5
    }
    #expect(report.files.allSatisfy { $0.loadFailure == nil })
    #expect(report.count(.failed) > 0, "\(report.tally)")
  }

  @Test(arguments: [PlantedBug.all[0], PlantedBug.all[3]])
  func `is found by the property within 500 seeds, made small, and comes again`(bug: PlantedBug)
    throws
  {
    let library = try Self.library("clock_and_disk_faults_spec.lua", flow: bug.flow, bug.changes)
    let isProperty: @Sendable (ScenarioReport) -> Bool = { $0.isProperty }
    let failed = try #require(
      library.run(["/clock_and_disk_faults_spec.lua"]) { options in
        options.selects = isProperty
        options.seeds = 500
      }.scenarios.first)
    #expect(failed.outcome == .failed)
    #expect(failed.seeds <= 500)
    #expect(failed.faults.count <= 2, "\(failed.faults.map(\.text))")
    let again = try #require(
      library.run(["/clock_and_disk_faults_spec.lua"], jobs: 1) { options in
        options.selects = isProperty
        options.replay = failed.seed
        options.muted = failed.muted
      }.scenarios.first)
    #expect(again.failure == failed.failure)
  }

  @Test func `is not found where there is none`() throws {
    let file = "device_login_spec.lua"
    let report = try Self.library(file, flow: "login.lua", []).run(["/\(file)"]) { $0.seeds = 20 }
    #expect(report.scenarios.allSatisfy { $0.outcome == .passed })
  }
}
