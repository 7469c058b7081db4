//  ScenarioRun.swift - one scenario or property with its seeds, to one report.
//
//  Knows: what follows a failure: a second try, a smaller failure.
//  Does not know: how one run is made (ScenarioScript), where seeds come from (ScenarioSeeds), which faults
//  to leave out next (Shrinker).

internal import LuaEngine
internal import Synchronization

/// One scenario on its way to a report.
struct ScenarioRun {
  let node: Int
  let blank: ScenarioReport
  let script: ScenarioScript
  let options: ScenarioRunOptions
  let watch: ScenarioWatch
  /// Tries of a failure that are left, as real time has stopped the script with it or with one of them.
  private(set) var untried = 0
  private let clock = ContinuousClock()

  init(
    node: Int, blank: ScenarioReport, script: ScenarioScript, options: ScenarioRunOptions,
    watch: ScenarioWatch
  ) {
    (self.node, self.blank, self.script) = (node, blank, script)
    (self.options, self.watch) = (options, watch)
  }

  /// Runs the seeds until one fails.
  ///
  /// - Parameter earlier: What the first seeds came to, where a script that was stopped ran them.
  /// - Returns: `nil` when none of them is this thread's, or when nobody waited for the first one to end.
  mutating func report(after earlier: ScenarioReport? = nil) async -> ScenarioReport? {
    let start = clock.now
    var report = earlier ?? blank
    if earlier == nil { report.seeds = 0 }
    for (index, seed) in seeds.enumerated().dropFirst(report.seeds) where isOurs(index) {
      let before = report
      report.seeds = index + 1
      if options.isCancelled() {
        report = before.unfinished
        break
      }
      if await !treat(seed, &report) { report = before.unfinished }
      if report.isFailure || report.outcome == .unfinished || script.isOver { break }
    }
    report.wallTime += clock.now - start
    return report.seeds == 0 ? nil : report
  }

  /// One seed, with all that follows from it; whether it has a verdict.
  private mutating func treat(_ seed: UInt64, _ report: inout ScenarioReport) async -> Bool {
    let seed = ReplaySeed(seed: seed, chance: options.chance, step: options.crashAt)
    var trial = await run(seed, &report)
    guard trial.attempt.stop != .cancelled else { return false }
    if report.failure == nil { report.traceHash &+= trial.attempt.stage.timeline.hash }
    guard !script.isOver else {
      if trial.onlyFails { untried = options.retries }
      report.take(trial)
      return true
    }
    if options.checksDeterminism { await compare(&trial, &report) }
    if trial.onlyFails, await passesAgain(seed, &report) {
      report.take(trial)
      report.outcome = .flaky
      return true
    }
    report.take(await madeSmall(trial, &report))
    if trial.isGood, options.crashPoints != .none, seed.step == nil {
      return await crash(seed, trial.attempt.stage.crash, &report)
    }
    return true
  }

  private func run(
    _ seed: ReplaySeed, _ report: inout ScenarioReport, usual: [Int: Int32]? = nil,
    interpreters: LuaPool = ScenarioStage.sharedInterpreters
  ) async -> ScenarioTrial {
    var usual = usual
    if usual == nil { usual = await exits(seed) }
    let crash = CrashPlan(step: seed.step, usual: usual ?? [:])
    watch.begin(script)
    var attempt = await script.run(
      node, seed: seed.seed, chance: seed.chance, limit: options.virtualLimit, crash: crash,
      interpreters: interpreters, keepsSnapshots: seed.chance == options.chance,
      keptEvents: options.keptEvents)
    attempt.take(watch.finish())
    // Who quits within a scenario does not wait for its end.
    if script.library.sources.stepper?.hasQuit ?? false { attempt.stop = .cancelled }
    report.virtualTime += attempt.stage.time.elapsed
    if !options.coverage.isEmpty { report.cover(attempt.stage) }
    return ScenarioTrial(attempt, seed, blank, options)
  }

  /// What the programs end with when nothing ends them, of a run in which one is ended.
  private func exits(_ seed: ReplaySeed) async -> [Int: Int32] {
    guard seed.step != nil else { return [:] }
    var ignored = blank
    let undisturbed = ReplaySeed(seed: seed.seed, chance: seed.chance)
    return await run(undisturbed, &ignored).attempt.stage.crash.exits
  }

  // MARK: Seeds

  private var isProperty: Bool {
    if case .property = kind { true } else { false }
  }

  private var kind: ScenarioNode.Kind { script.library.state.withLock { $0.tree.nodes[node].kind } }

  private var seeds: ScenarioSeeds {
    let count = isProperty ? options.seeds ?? blank.seeds : 1
    return ScenarioSeeds(of: blank.name, count: count, options)
  }

  /// Scenarios with one seed were chosen by their number, others are shared.
  private func isOurs(_ index: Int) -> Bool { !isProperty || options.stripe.takes(index) }

  // MARK: A second look

  /// Whether a failure goes away with the same seed.
  private mutating func passesAgain(
    _ seed: ReplaySeed, _ report: inout ScenarioReport
  ) async -> Bool {
    for tried in 0..<options.retries {
      guard !script.isOver else {
        untried = options.retries - tried
        return false
      }
      if await passes(seed, &report) { return true }
    }
    return false
  }

  /// Whether a failure goes away, in place of a script that was stopped with it.
  func passesAfterStop(_ seed: ReplaySeed, _ report: inout ScenarioReport) async -> Bool {
    let start = clock.now
    let isGood = await passes(seed, &report)
    report.wallTime += clock.now - start
    return isGood
  }

  /// Whether a seed passes; what it shows else is not looked at.
  private func passes(_ seed: ReplaySeed, _ report: inout ScenarioReport) async -> Bool {
    let trial = await run(seed, &report)
    return trial.isGood && trial.attempt.stop != .cancelled
  }

  /// What real time ends, it ends elsewhere each time: that is no difference.
  private func compare(_ trial: inout ScenarioTrial, _ report: inout ScenarioReport) async {
    let first = trial.attempt
    guard first.stop == nil else { return }
    // With the same interpreters, what goes by addresses in memory would be the same both times.
    let second = await run(trial.seed, &report, interpreters: LuaPool()).attempt
    guard second.stop == nil, let difference = first.difference(from: second) else { return }
    trial.differs(
      [first, second].reduce("seed \(trial.seed): \(difference)") { text, attempt in
        SecretSearch(attempt.stage).cleaned(text)
      })
  }

  // MARK: Shrinking

  private var canShrink: Bool {
    guard options.shrinks, options.chance.isEmpty, options.crashAt == nil,
      case .property(_, true) = kind
    else {
      return false
    }
    return true
  }

  /// A failure made small, as a run of its own; the trial that there is where that is not wanted, or comes
  /// to no end.
  private func madeSmall(
    _ failed: ScenarioTrial, _ report: inout ScenarioReport
  ) async -> ScenarioTrial {
    guard failed.canShrink, canShrink, !script.isOver else { return failed }
    let seed = await shrink(failed)
    guard !script.isOver else { return failed }
    let small = await run(seed, &report)
    return small.attempt.stop == nil && small.failsLike(failed) ? small : failed
  }

  /// The same failure without what it does without, faults and steps that the property drew, and with the
  /// least numbers.
  private func shrink(_ failed: ScenarioTrial) async -> ReplaySeed {
    let start = clock.now
    var seed = failed.seed
    var shrinker = Shrinker(failed.attempt.decisions)
    var runs = 0
    while let chance = shrinker.next(), runs < options.shrinkBudget.runs,
      clock.now - start < options.shrinkBudget.time, !options.isCancelled()
    {
      runs += 1
      var ignored = blank
      seed.chance = chance
      let trial = await run(seed, &ignored)
      if script.isOver { break }
      shrinker.learn(
        fails: trial.attempt.stop == nil && trial.failsLike(failed), trial.attempt.decisions)
    }
    seed.chance = shrinker.limits
    return seed
  }

  // MARK: Crash points

  /// Ends the flow at each of its steps in turn; what is started again must come to the same end.
  ///
  /// - Returns: Whether there is a verdict.
  private func crash(
    _ passed: ReplaySeed, _ undisturbed: CrashPlan, _ report: inout ScenarioReport
  ) async -> Bool {
    for step in undisturbed.steps(options.crashPoints) where !script.isOver {
      guard !options.isCancelled() else { return false }
      let seed = ReplaySeed(seed: passed.seed, chance: passed.chance, step: step)
      let trial = await run(seed, &report, usual: undisturbed.exits)
      report.crashes += 1
      guard !trial.isGood, trial.attempt.stop != .cancelled else { continue }
      report.take(await madeSmall(trial, &report))
      return true
    }
    return true
  }
}

extension ScenarioReport {
  fileprivate mutating func cover(_ stage: ScenarioStage) {
    rules.formUnion(ProtocolRule.judged(in: stage))
    faultIDs.formUnion(stage.allStrikes.compactMap(\.id))
  }
}
