//  SuiteReport.swift - what came of a whole run of `ssoscript test`. Pure data.

/// What came of all files.
public struct SuiteReport: Sendable, Equatable {
  /// In the order in which they were named.
  public var files: [ScenarioFileReport] = []
  /// From which all seeds were made.
  public var seed: UInt64 = 1
  /// When it began, as RFC 3339 in UTC.
  public var started = ""
  /// Real time from start to end.
  public var wallTime = Duration.zero
  /// The signal that ended it early.
  public var signal: Int32?
  /// What was reached, when that was asked for.
  public var coverage: CoverageReport?
  /// How each of the earlier runs ended that this tells of, when it has none of its own; see
  /// ``EarlierRun/status``.
  public var merged: [Int32] = []
  /// What came of snapshots, in words; none where there is nothing to say.
  public var snapshots: [String] = []
  /// Scenarios that were to run and did not, as the run ended early.
  public var notRun = 0
  /// Files that it did not come to.
  public var unread = 0
  /// Where the traces are, by ``ScenarioReport/id``.
  public var traces: [String: String] = [:]

  /// Makes an empty report.
  public init() {}

  /// Takes the files in, but for those with nothing to tell.
  public mutating func take(_ files: [ScenarioFileReport]) {
    notRun = files.reduce(0) { $0 + $1.notRun }
    unread = files.count(where: \.isUnread)
    self.files = files.filter { !$0.scenarios.isEmpty || $0.loadFailure != nil }
  }

  /// All scenarios, in order.
  public var scenarios: [ScenarioReport] { files.flatMap(\.scenarios) }

  /// How many ended like this.
  public func count(_ outcome: ScenarioReport.Outcome) -> Int {
    scenarios.count { $0.outcome == outcome }
  }

  /// Simulated, of all scenarios together.
  public var virtualTime: Duration { scenarios.reduce(.zero) { $0 + $1.virtualTime } }
}

/// When a run counts as good.
public struct SuiteDemands: Sendable, Equatable {
  /// Flaky scenarios are failures.
  public var failsOnFlaky = false
  /// No scenario at all is fine.
  public var allowsNone = false
  /// Something that the user named has no scenario.
  public var lacksNamed = false
  /// In per cent.
  public var rulePercentage: Double?
  /// In per cent.
  public var faultPercentage: Double?
  /// In per cent.
  public var linePercentage: Double?

  /// Asks for nothing but success.
  public init() {}
}

extension SuiteReport {
  /// The exit status, the gravest first: 128 + signal, 3 a file does not load, 8 a secret leaked, 5 not
  /// deterministic, 1 a scenario failed, 4 flaky, 6 coverage, 7 nothing matched, 0.
  public func exitStatus(_ demands: SuiteDemands) -> Int32 {
    if let signal { return 128 + signal }
    if let status = Self.gravest(merged) { return status }
    if files.contains(where: { $0.loadFailure != nil }) { return 3 }
    if scenarios.contains(where: { !$0.leaks.isEmpty }) { return 8 }
    if scenarios.contains(where: { $0.difference != nil }) { return 5 }
    if scenarios.contains(where: \.isFailure) { return 1 }
    if demands.failsOnFlaky, count(.flaky) > 0 { return 4 }
    if scenarios.isEmpty, merged.isEmpty { return demands.allowsNone ? 0 : 7 }
    guard missedThresholds(demands).isEmpty else { return 6 }
    return demands.lacksNamed ? 7 : 0
  }

  /// Of what runs ended with because of their scenarios; `nil` where all went well.
  static func gravest(_ statuses: [Int32]) -> Int32? {
    [3, 8, 5, 1].first(where: statuses.contains)
  }

  /// The shares that were not reached, in words: `--min-line-coverage: 9 of 10 lines, 95 % wanted`.
  public func missedThresholds(_ demands: SuiteDemands) -> [String] {
    guard let coverage else { return [] }
    let lines = coverage.lines ?? LineCoverage()
    let reached = { (items: [CoverageReport.Item]) in
      "\(items.count(where: \.isReached)) of \(items.count)"
    }
    let thresholds: [(wanted: Double?, share: Double, option: String, reached: String)] = [
      (
        demands.rulePercentage, coverage.rulePercentage, "--min-protocol-coverage",
        "\(reached(coverage.rules)) rules"
      ),
      (
        demands.faultPercentage, coverage.faultPercentage, "--min-fault-coverage",
        "\(reached(coverage.faults)) faults"
      ),
      (
        demands.linePercentage, lines.percentage, "--min-line-coverage",
        "\(lines.executed) of \(lines.count) lines"
      ),
    ]
    return thresholds.compactMap { wanted, share, option, reached in
      guard let wanted, share < wanted else { return nil }
      let limit = Int(exactly: wanted).map(String.init) ?? "\(wanted)"
      return "\(option): \(reached), \(limit) % wanted"
    }
  }
}
