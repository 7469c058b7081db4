//  TraceText.swift - all events of one scenario, for a file. Pure.

/// The trace of a scenario.
public enum TraceText {
  /// The whole time line with what is needed to see it again.
  public static func text(_ report: ScenarioReport) -> String {
    var lines = [
      "scenario  \(ReportText.printable(report.name))",
      "declared  \(ReportText.printable(report.declaration))",
      "outcome   \(report.outcome.rawValue)", "again     \(report.replayCommand)",
      "hash      \(ReportText.hexadecimal(report.traceHash))", "",
    ]
    lines += report.events.map { ReportText.printable($0.line) }
    let text = FailureText(report)
    for (heading, list) in [("faults", text.faults), ("draws", text.draws)] where !list.isEmpty {
      lines += ["", heading] + list.map { "  \($0)" }
    }
    if !text.output.isEmpty { lines += ["", "output", ReportText.indented(text.output, by: 2)] }
    if !text.message.isEmpty { lines += ["", text.message] }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A name for its file: letters, digits and dashes.
  public static func fileName(_ report: ScenarioReport) -> String {
    FileNames.plain(report.id) + ".trace"
  }
}

/// Names of files made of names of scenarios.
enum FileNames {
  private static let limit = 80

  /// Letters, digits and dashes; cut, and made different by a number where that is needed.
  static func plain(_ text: String) -> String {
    var name = ""
    for scalar in text.unicodeScalars {
      let isPlain =
        scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
      if isPlain { name.unicodeScalars.append(scalar) } else if !name.hasSuffix("-") { name += "-" }
    }
    let hash = String(LastRun.hash(Array(text.utf8)), radix: 16)
    let dashes = name.drop { $0 == "-" }.prefix(limit)
    return "\(dashes.last == "-" ? dashes.dropLast() : dashes)-\(hash)"
  }
}
