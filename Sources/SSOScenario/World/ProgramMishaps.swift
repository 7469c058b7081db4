//  ProgramMishaps.swift - what goes wrong with one program as a whole: how it is started, how it ends.
//
//  Knows: which of its faults are planned, that each is told of once.
//  Does not know: what a fault does (SimulatedProcess and the doors of the program).

internal import Synchronization

/// One planned fault of a program.
struct ProgramPlan: Sendable, Equatable {
  let mishap: Mishap
  let act: ProgramMishap
  /// So long after the start, or after what it waits for.
  var after: Duration?
  /// At this change of the disk, or at this lock, from 1.
  var call: Int?
  /// Whether it is in force in all scenarios.
  var isStanding = false

  /// `nil` for a fault of something else.
  init?(_ mishap: Mishap) {
    guard case .program(let act) = mishap.act else { return nil }
    (self.mishap, self.act) = (mishap, act)
  }
}

/// The faults of one program.
final class ProgramMishaps: Sendable {
  private let plans: [ProgramPlan]
  private let stage: ScenarioStage
  private let told = Mutex<Set<String>>([])
  private let locks = Mutex(0)

  /// - Parameters:
  ///   - plans: The scenario's own first: of two about the same thing that one counts.
  ///   - stage: Where it is told that one strikes.
  init(_ plans: [ProgramPlan], on stage: ScenarioStage) {
    var parts: Set<String> = []
    self.plans = plans.filter { parts.insert($0.act.part).inserted }
    self.stage = stage
  }

  /// The plan that `isMeant`, if there is one.
  func plan(_ isMeant: (ProgramMishap) -> Bool) -> ProgramPlan? {
    plans.first { isMeant($0.act) }
  }

  func plan(_ act: ProgramMishap) -> ProgramPlan? { plan { $0 == act } }

  /// The number of a lock that the program has got.
  func countLock() -> Int {
    locks.withLock { locks in
      locks += 1
      return locks
    }
  }

  /// Notes that a fault strikes, the first time.
  func strike(_ plan: ProgramPlan, _ place: String) {
    guard told.withLock({ $0.insert(plan.mishap.id).inserted }) else { return }
    stage.noteStrike("\(place): \(plan.mishap.text)")
  }

  /// Whether this is planned; if so, it strikes.
  func strikes(_ act: ProgramMishap, _ place: String) -> Bool {
    guard let plan = plan(act) else { return false }
    strike(plan, place)
    return true
  }
}
