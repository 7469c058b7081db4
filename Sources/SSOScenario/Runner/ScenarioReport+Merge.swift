//  ScenarioReport+Merge.swift - the parts of one property, run by several threads, as one report. Pure.

extension ScenarioReport {
  /// This report and that of another part of the same scenario.
  ///
  /// The failure of the lowest seed is the one that counts, as if the seeds had run one by one.
  func merged(with other: ScenarioReport) -> ScenarioReport {
    var result = Self.first(self, other)
    result.virtualTime = virtualTime + other.virtualTime
    result.wallTime = max(wallTime, other.wallTime)
    result.rules = rules.union(other.rules)
    result.faultIDs = faultIDs.union(other.faultIDs)
    result.used = result.used.union(self.used).union(other.used)
    result.crashes = crashes + other.crashes
    if !result.isFailure, result.failure == nil {
      result.seeds = max(seeds, other.seeds)
      result.traceHash = traceHash &+ other.traceHash
      for rest in [Outcome.unfinished, .flaky] where [outcome, other.outcome].contains(rest) {
        result.outcome = rest
      }
    }
    return result
  }

  private static func first(_ left: ScenarioReport, _ right: ScenarioReport) -> ScenarioReport {
    switch (left.isFailure, right.isFailure) {
    case (true, true): return left.seeds <= right.seeds ? left : right
    case (false, true): return right
    case (true, false): return left
    case (false, false):
      return right.outcome == .flaky && left.outcome != .flaky ? right : left
    }
  }
}
