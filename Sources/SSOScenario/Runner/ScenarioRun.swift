//  ScenarioRun.swift - one scenario or property with its seeds, to one report.
//
//  Knows: a failure of a property is made smaller by leaving out faults as long as it still fails.

internal import IdentityService
internal import SSOScript
internal import Synchronization

/// One scenario on its way to a report.
struct ScenarioRun {
  /// Runs that may be spent on making one failure smaller.
  private static let shrinkBudget = 200

  let node: Int
  let blank: ScenarioReport
  let script: ScenarioScript
  let options: ScenarioRunOptions
  let watch: ScenarioWatch

  func report(isOver: inout Bool) async -> ScenarioReport {
    let clock = ContinuousClock()
    let start = clock.now
    var report = blank
    let seeds = seeds
    for (index, seed) in seeds.enumerated() {
      report.seeds = index + 1
      var muted = options.muted
      var attempt = await run(seed, muted, &report)
      isOver = isOver || script.isOver
      if attempt.failure != nil, canShrink, !isOver {
        muted = await shrink(seed, attempt)
        attempt = await run(seed, muted, &report)
      }
      report.take(attempt, seed, muted, options)
      if attempt.failure != nil || isOver { break }
    }
    report.wallTime = clock.now - start
    return report
  }

  private func run(
    _ seed: UInt64, _ muted: Set<Int>, _ report: inout ScenarioReport
  ) async -> ScenarioAttempt {
    watch.begin(script)
    let attempt = await script.run(node, seed: seed, muted: muted)
    watch.finish()
    report.virtualTime += attempt.stage.time.elapsed
    return attempt
  }

  // MARK: Seeds

  private var isProperty: Bool {
    if case .property = kind { true } else { false }
  }

  private var kind: ScenarioNode.Kind { script.library.state.withLock { $0.tree.nodes[node].kind } }

  /// Made of the name, so that a filter changes nothing.
  private var seeds: [UInt64] {
    if let replay = options.replay { return [replay] }
    var generator = SplitMix64(seed: options.seed)
    for byte in blank.name.utf8 { generator.mix(UInt64(byte)) }
    let count = isProperty ? options.seeds ?? blank.seeds : 1
    return (0..<count).map { _ in generator.next() }
  }

  // MARK: Shrinking

  private var canShrink: Bool {
    guard options.shrinks, options.muted.isEmpty, case .property(_, true) = kind else {
      return false
    }
    return true
  }

  /// The faults of a failure that it does without.
  private func shrink(_ seed: UInt64, _ failed: ScenarioAttempt) async -> Set<Int> {
    var muted: Set<Int> = []
    var budget = Self.shrinkBudget
    // From the end: a late fault seldom matters for an early failure.
    var candidates = failed.stage.allStrikes.compactMap(\.number).sorted(by: >)
    while let number = candidates.first, budget > 0 {
      candidates.removeFirst()
      budget -= 1
      var ignored = blank
      let attempt = await run(seed, muted.union([number]), &ignored)
      if script.isOver { return muted }
      if attempt.failure != nil, !attempt.isError || failed.isError { muted.insert(number) }
    }
    return muted
  }
}

extension ScenarioReport {
  fileprivate mutating func take(
    _ attempt: ScenarioAttempt, _ seed: UInt64, _ muted: Set<Int>, _ options: ScenarioRunOptions
  ) {
    self.seed = seed
    self.muted = muted
    failure = attempt.failure
    outcome = failure == nil ? .passed : attempt.isError ? .error : .failed
    let all = attempt.stage.timeline.events
    events = options.eventCount.map { Array(all.suffix($0)) } ?? all
    faults = attempt.stage.allStrikes
    traceHash = attempt.stage.timeline.hash
    output = attempt.output
  }
}
