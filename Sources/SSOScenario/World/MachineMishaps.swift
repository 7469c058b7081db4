//  MachineMishaps.swift - what goes wrong with one machine as a whole: variables, clock, cached files,
//  power.
//
//  Knows: when it happens: now, at a time, or when a program changes the disk.
//  Does not know: what becomes of a file (DiskTree+Mishaps).

internal import Synchronization

/// One planned fault of a machine.
struct MachinePlan: Sendable {
  let mishap: Mishap
  let act: MachineMishap
  /// So long after now.
  var after: Duration?
  /// After these changes of the disk, from 1.
  var calls: Set<Int>?
  /// The file or folder that it is about; unless told, those of the cache.
  var path: String?
  /// Whether it is in force in all scenarios.
  var isStanding = false

  /// `nil` for a fault of something else.
  init?(_ mishap: Mishap) {
    guard case .machine(let act) = mishap.act else { return nil }
    (self.mishap, self.act) = (mishap, act)
  }
}

/// The faults of one machine that wait for a program.
final class MachineMishaps: Sendable {
  fileprivate struct State {
    /// Those that programs find in their variables.
    var variables: [MachinePlan] = []
    var swap: MachinePlan?
    var powerLoss: MachinePlan?
    var changes = 0
    /// Of what was planned for later: what is older does not happen any more.
    var generation = 0
  }

  private let stage: ScenarioStage
  private let state = Mutex(State())

  init(on stage: ScenarioStage) { self.stage = stage }

  /// Takes back what has not happened yet, but for what is in force in all scenarios.
  func end() {
    state.withLock { state in
      state.variables.removeAll { !$0.isStanding }
      if state.swap?.isStanding != true { state.swap = nil }
      state.powerLoss = nil
      state.generation += 1
    }
  }

  var generation: Int { state.withLock { $0.generation } }

  /// Lets something wait for a program.
  func add(_ plan: MachinePlan) {
    state.withLock { state in
      switch plan.act {
      case .swap: state.swap = plan
      case .powerLoss: (state.powerLoss, state.changes) = (plan, 0)
      default: state.variables.append(plan)
      }
    }
  }

  /// What a program that starts finds in its variables.
  func variables() -> [String: String] {
    var all: [String: String] = [:]
    for plan in state.withLock({ $0.variables }) {
      guard case .variables(let variables, _) = plan.act else { continue }
      stage.noteStrike("variables: \(plan.mishap.text)")
      all.merge(variables) { $1 }
    }
    return all
  }

  /// What happens to a file right before a program changes it.
  func swap(_ use: DiskUse) -> ((inout DiskTree) -> Void)? {
    let plan = state.withLock { state -> MachinePlan? in
      guard let plan = state.swap, use.node?.bytes != nil,
        plan.path.map({ $0 == use.path }) ?? DiskTree.isCached(use.path)
      else { return nil }
      if !plan.isStanding { state.swap = nil }
      return plan
    }
    guard let plan else { return nil }
    stage.noteStrike("disk: \(plan.mishap.text)")
    stage.note("disk", "\(use.path) is swapped for a link")
    return { $0.moveAside(use.path) }
  }

  /// Whether the power is cut right after a change.
  func losesPower(after what: String) -> Bool {
    guard let plan = state.withLock({ $0.powerLoss(after: what) }) else { return false }
    stage.noteStrike("disk: \(plan.mishap.text)")
    return true
  }
}

extension MachineMishaps.State {
  /// Of several changes the later ones are met by programs that start afterwards.
  fileprivate mutating func powerLoss(after what: String) -> MachinePlan? {
    guard let plan = powerLoss else { return nil }
    changes += 1
    let isDue = plan.calls?.contains(changes) ?? (what == "rename to")
    let isLast = plan.calls.map { changes >= $0.max() ?? 0 } ?? isDue
    if isLast { powerLoss = nil }
    return isDue ? plan : nil
  }
}
