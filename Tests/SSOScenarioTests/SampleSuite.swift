//  SampleSuite.swift - results of every kind, for tests of reports.

@testable import SSOScenario

enum Sample {
  static let passed = scenario("waits for the person", 12) { report in
    report.virtualTime = .seconds(45)
    report.wallTime = .microseconds(840)
    report.traceHash = 0xABCD
    report.seed = 0x1F
  }

  static let failed = scenario("adds <five> & \"more\" #slow", 20) { report in
    report.outcome = .failed
    report.seed = 0x2A
    report.chance.muted = RangeSet([0..<3, 7..<8])
    report.failure = ScenarioFailure(
      message: "expected: { 5, 10 }\n     got: { 5, 5 }\n      at [2]: expected 10, got 5",
      position: "scenarios/login_spec.lua:24")
    report.events = (1...20).map {
      TimelineEvent(time: .seconds($0), actor: "flow", text: "CreateToken \($0)")
    }
    report.faults = [FaultStrike(number: 3, text: "CreateToken: N08 The reply is lost.")]
    report.output = "printed\u{1B}[31m"
  }

  static let broken = scenario("calls nil", 30) { report in
    report.outcome = .error
    report.failure = ScenarioFailure(
      message: "attempt to call a nil value", position: "scenarios/login_spec.lua:31",
      traceback: "stack traceback:\n\tlogin_spec.lua:31")
  }

  static let leaking = scenario("shows its token", 50) { report in
    report.outcome = .failed
    report.leaks = ["time line:\n  <secret>"]
  }

  static let unsteady = scenario("counts its runs", 60) { report in
    report.outcome = .failed
    report.difference = "event 3"
  }

  static let unfinished = scenario("has many seeds", 70) { report in
    report.outcome = .unfinished
    (report.isProperty, report.seeds) = (true, 2081)
  }

  static let flaky = scenario("is slow now and then", 40) { report in
    report.outcome = .flaky
    report.failure = ScenarioFailure(message: "was stopped")
  }

  static func scenario(
    _ name: String, _ line: Int, _ change: (inout ScenarioReport) -> Void = { _ in }
  ) -> ScenarioReport {
    var report = ScenarioReport(
      path: ["device login", name], tags: ["device"], file: "scenarios/login_spec.lua", line: line)
    change(&report)
    return report
  }

  static func suite(_ scenarios: [ScenarioReport], loadFailure: String? = nil) -> SuiteReport {
    var suite = SuiteReport()
    var file = ScenarioFileReport(file: "scenarios/login_spec.lua")
    file.scenarios = scenarios
    file.wallTime = .milliseconds(12)
    suite.files = [file]
    if let loadFailure {
      var bad = ScenarioFileReport(file: "scenarios/bad_spec.lua")
      bad.loadFailure = loadFailure
      suite.files.append(bad)
    }
    suite.started = "2026-01-01T00:00:00Z"
    suite.wallTime = .milliseconds(15)
    return suite
  }

  static let all = suite(
    [passed, failed, broken, flaky], loadFailure: "bad_spec.lua:1: syntax error near 'end'")
}
