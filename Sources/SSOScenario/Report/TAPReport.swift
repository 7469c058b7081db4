//  TAPReport.swift - Test Anything Protocol 14, with a YAML block for each point.
//
//  Knows: # and \ are escaped in descriptions; strings of YAML are those of JSON.

internal import StrictJSON

/// The report of `prove` and other TAP readers.
struct TAPReport: ReportWriter {
  private var number = 0

  mutating func begin() -> String { "TAP version 14\n" }

  mutating func file(_ report: ScenarioFileReport) -> String {
    var text = "# \(Self.description(report.file))\n"
    if let failure = report.loadFailure {
      text += point(
        false, "\(report.file) does not load", [("message", ReportText.printable(failure))])
    }
    for scenario in report.scenarios { text += point(scenario) }
    return text
  }

  mutating func end(_ suite: SuiteReport) -> String {
    let rest = suite.omissions.map { "# \($0)\n" } ?? ""
    return rest + (suite.signal == nil ? "1..\(number)\n" : "Bail out! interrupted\n")
  }

  private mutating func point(_ scenario: ScenarioReport) -> String {
    let isGood = !scenario.isFailure
    var values: [(String, String)] = [("at", "\(scenario.file):\(scenario.line)")]
    if scenario.isNoteworthy {
      let text = FailureText(scenario)
      values += [
        ("severity", scenario.outcome.rawValue), ("message", text.message), ("place", text.place),
        ("events", text.events.joined(separator: "\n")),
        ("faults", text.faults.joined(separator: "\n")),
        ("draws", text.draws.joined(separator: "\n")), ("output", text.output),
        ("replay", text.replay),
      ]
    }
    values += [
      ("seed", ReportText.hexadecimal(scenario.seed)), ("seeds", "\(scenario.seeds)"),
      ("virtual_time", ReportText.seconds(scenario.virtualTime)),
      ("duration_ms", ReportText.decimal(scenario.wallTime.inMicroseconds, 1000, digits: 3)),
      ("trace_hash", ReportText.hexadecimal(scenario.traceHash)),
    ]
    let directive = scenario.outcome == .unfinished ? " # SKIP unfinished" : ""
    return point(isGood, scenario.name, values, directive)
  }

  private mutating func point(
    _ isGood: Bool, _ name: String, _ values: [(String, String)], _ directive: String = ""
  ) -> String {
    number += 1
    let head = "\(isGood ? "ok" : "not ok") \(number) - \(Self.description(name))\(directive)\n"
    let lines = values.filter { !$0.1.isEmpty }.map { "  \($0): \(Self.scalar($0, $1))\n" }
    return head + "  ---\n" + lines.joined() + "  ...\n"
  }

  /// Numbers as they are, everything else in quotes.
  private static func scalar(_ name: String, _ value: String) -> String {
    ["seeds", "virtual_time", "duration_ms"].contains(name) ? value : ReportText.quoted(value)
  }

  private static func description(_ text: String) -> String {
    ReportText.printable(text).replacingBytes("\\", with: "\\\\").replacingBytes("#", with: "\\#")
      .replacingBytes("\n", with: " ")
  }
}
