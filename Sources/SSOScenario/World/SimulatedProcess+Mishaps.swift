//  SimulatedProcess+Mishaps.swift - how a program meets what goes wrong with it as a whole.

internal import SSOScript

extension SimulatedProcess {
  /// While it waits for its first poll, or for a browser.
  private static let usualSignal = Duration.milliseconds(500)

  private var signalPlan: (ProgramPlan, StoppingSignal)? {
    guard let plan = mishaps.plan({ if case .signal = $0 { true } else { false } }),
      case .signal(let signal) = plan.act
    else { return nil }
    return (plan, signal)
  }

  /// Sends the signal that is planned for a time.
  func planSignal() {
    guard let (plan, signal) = signalPlan, plan.call == nil else { return }
    let after = plan.after ?? Self.usualSignal
    stage.expect("program \(number) gets SIG\(signal.rawValue)", in: after)
    schedule(after: after) { [self] in
      mishaps.strike(plan, "program \(number)")
      send(signal)
    }
  }

  /// Sends the signal that is planned for a change of the disk.
  func signal(at step: Int) {
    guard let (plan, signal) = signalPlan, plan.call == step else { return }
    mishaps.strike(plan, "program \(number)")
    send(signal)
  }

  /// Whether it ends within a change: the one that is planned, or the first that writes.
  func isKilled(at step: Int, writes: Bool) -> Bool {
    guard let plan = mishaps.plan(.killedInChange), plan.call.map({ $0 == step }) ?? writes else {
      return false
    }
    mishaps.strike(plan, "disk")
    return true
  }

  /// It has got a lock: it may be killed while it holds it.
  func hasLocked(_ path: String) throws(DoorError) {
    let lock = mishaps.countLock()
    guard let plan = mishaps.plan(.killedWithLock), lock == plan.call ?? lock else { return }
    guard let after = plan.after else {
      killed(by: plan)
      throw .killed
    }
    schedule(after: after) { [self] in
      if home.disk.isLocked(path, by: number) { killed(by: plan) }
    }
  }

  private func killed(by plan: ProgramPlan) {
    guard isAlive else { return }
    mishaps.strike(plan, "program \(number)")
    kill()
  }

  /// What it hears of a call that does not come back.
  func blocked(by what: String) -> DoorError {
    stage.note(name, "waits for \(what)")
    block()
    return .killed
  }
}
