//  CoverageText.swift - what was reached and, more important, what was not, in words. Pure.

enum CoverageText {
  static func text(_ coverage: CoverageReport) -> String {
    let rules = part("Protocol rules", coverage.rules, coverage.rulePercentage)
    let faults = part("Faults", coverage.faults, coverage.faultPercentage)
    return [rules, faults].joined(separator: "\n")
  }

  private static func part(
    _ title: String, _ items: [CoverageReport.Item], _ share: Double
  ) -> String {
    let missing = items.filter { !$0.isReached }
    let reached = "\(items.count - missing.count) of \(items.count)"
    let head = "\(title): \(reached) (\(ReportText.percentage(share)))"
    guard !missing.isEmpty else { return head }
    return "\(head)\n  not reached: " + missing.map(\.id).joined(separator: " ")
  }
}
