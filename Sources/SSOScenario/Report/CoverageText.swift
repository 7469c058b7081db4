//  CoverageText.swift - what was reached and, more important, what was not, in words. Pure.

enum CoverageText {
  static func text(_ coverage: CoverageReport) -> String {
    let parts = [
      part("Protocol rules", coverage.rules, coverage.rulePercentage),
      part("Faults", coverage.faults, coverage.faultPercentage), coverage.lines.map(lines),
    ]
    return parts.compactMap { $0 }.joined(separator: "\n")
  }

  private static func part(
    _ title: String, _ items: [CoverageReport.Item], _ share: Double
  ) -> String? {
    guard !items.isEmpty else { return nil }
    let missing = items.filter { !$0.isReached }
    let reached = "\(items.count - missing.count) of \(items.count)"
    let head = "\(title): \(reached) (\(ReportText.percentage(share)))"
    guard !missing.isEmpty else { return head }
    return "\(head)\n  not reached: " + missing.map(\.id).joined(separator: " ")
  }

  // MARK: Lines

  private static func lines(_ lines: LineCoverage) -> String {
    guard !lines.files.isEmpty else { return "Lua lines: no Lua file ran" }
    let share = ReportText.percentage(lines.percentage)
    let head = "Lua lines: \(lines.executed) of \(lines.count) (\(share))"
    let width = lines.files.map(\.path.count).max() ?? 0
    return ([head] + lines.files.map { line($0, width) }).joined(separator: "\n")
  }

  private static func line(_ file: LineCoverage.File, _ width: Int) -> String {
    let share = ReportText.percentage(file.percentage)
    let name = ReportText.printable(file.path)
    let gaps = String(repeating: " ", count: max(0, width - file.path.count + 9 - share.count))
    let missed =
      file.missed.isEmpty ? "" : "  missed: \(file.missed.map(range).joined(separator: " "))"
    return "  \(name)\(gaps)\(share)\(missed)"
  }

  /// `3`, `12-15`.
  static func range(_ lines: ClosedRange<Int>) -> String {
    lines.count == 1 ? "\(lines.lowerBound)" : "\(lines.lowerBound)-\(lines.upperBound)"
  }
}
