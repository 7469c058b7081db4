//  PlainReport.swift - reports for a person.

internal import LiveWorld
internal import SSOScenario
internal import SSOScript

enum PlainReport {
  static func write(_ report: ScenarioReport) {
    ThisProcess.writeLine(text(report), to: .output)
  }

  static func writeNames(_ report: ScenarioFileReport) {
    for scenario in report.scenarios {
      ThisProcess.writeLine("\(scenario.file):\(scenario.line): \(scenario.name)", to: .output)
    }
  }

  static func summary(_ reports: [ScenarioFileReport]) -> String {
    let scenarios = reports.flatMap(\.scenarios)
    let counts = [ScenarioReport.Outcome.passed, .failed, .error].compactMap { outcome in
      let count = scenarios.filter { $0.outcome == outcome }.count
      return count == 0 && outcome != .passed ? nil : "\(count) \(outcome.rawValue)"
    }
    let virtual = scenarios.reduce(Duration.zero) { $0 + $1.virtualTime }
    let real = reports.reduce(Duration.zero) { $0 + $1.wallTime }
    return counts.joined(separator: ", ")
      + " · \(virtual.components.seconds) s simulated in \(milliseconds(real))"
  }

  private static func text(_ report: ScenarioReport) -> String {
    let seeds = report.seeds > 1 ? ", \(report.seeds) seeds" : ""
    let head = "\(report.outcome == .passed ? "ok  " : "FAIL") \(report.name)"
    guard let failure = report.failure else {
      return head + " (\(milliseconds(report.wallTime))\(seeds))"
    }
    return [head, indented(words(failure, report))].joined(separator: "\n")
  }

  private static func words(_ failure: ScenarioFailure, _ report: ScenarioReport) -> String {
    let place = failure.position.isEmpty ? "\(report.file):\(report.line)" : failure.position
    var parts = ["\(place):", failure.message, ""]
    if report.outcome == .error, !failure.traceback.isEmpty { parts += [failure.traceback, ""] }
    if !report.events.isEmpty {
      parts += ["What happened last:"] + report.events.map(\.line) + [""]
    }
    if !report.faults.isEmpty {
      parts += ["Faults in force:"] + report.faults.map { "  \($0.text)" } + [""]
    }
    if !report.output.isEmpty { parts += ["It printed:", report.output] }
    let seed = "0x" + String(report.seed, radix: 16)
    return (parts + ["ssoscript test --replay \(seed) --filter '\(report.path.last ?? "")'"])
      .joined(separator: "\n")
  }

  private static func indented(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.isEmpty ? "" : "     \($0)" }.joined(separator: "\n")
  }

  private static func milliseconds(_ duration: Duration) -> String {
    let (seconds, attoseconds) = duration.components
    let tenths = seconds * 10_000 + attoseconds / 100_000_000_000_000
    return "\(tenths / 10).\(tenths % 10) ms"
  }
}
