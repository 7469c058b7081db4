//  EarlierRun.swift - what a JSON report says of the run that wrote it, for --merge. Pure.

internal import StrictJSON

/// A run that is over, as far as it counts for others.
public struct EarlierRun: Sendable, Equatable {
  /// What it reached.
  public let coverage: CoverageReport
  /// Whether a signal ended it: what it reached is not all of it.
  public let isInterrupted: Bool
  /// What it ended with because of its scenarios, as ``SuiteReport/exitStatus(_:)``; thresholds and
  /// flaky scenarios aside.
  public let status: Int32

  /// Reads what `--report json:FILE` wrote in a run with `--coverage`.
  ///
  /// - Parameter report: `nil` results for anything else.
  public init?(report: [UInt8]) {
    let limits = JSONLimits(depth: 64, size: report.count)
    guard let root = (try? JSON.parse(report, limits: limits))?.asObject,
      [nil, .integer(1)].contains(root["version"]), let coverage = CoverageReport(report: root)
    else { return nil }
    self.coverage = coverage
    isInterrupted = root["interrupted"]?.asBool ?? true
    status = Self.status(root)
  }

  private static func status(_ root: JSONObject) -> Int32 {
    let merged = (root["merged"]?.asArray ?? []).compactMap(\.asInteger).map { Int32(clamping: $0) }
    if let status = SuiteReport.gravest(merged) { return status }
    let files = (root["files"]?.asArray ?? []).compactMap(\.asObject)
    let scenarios = files.flatMap { $0["scenarios"]?.asArray ?? [] }.compactMap(\.asObject)
    if files.contains(where: { $0["loadFailure"]?.asString != nil }) { return 3 }
    if scenarios.contains(where: { $0["leaks"]?.asArray?.isEmpty == false }) { return 8 }
    if scenarios.contains(where: { $0["difference"]?.asString != nil }) { return 5 }
    let bad = ["failed", "error"]
    let isBad = scenarios.contains { bad.contains($0["outcome"]?.asString ?? "") }
    return isBad ? 1 : 0
  }
}
