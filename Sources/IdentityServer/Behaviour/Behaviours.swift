//  Behaviours.swift - what stands between clients and rules while a server runs.
//
//  Knows: the order: planned faults see a request first and its reply last, as a network does; then
//  the script; then the rules.
//  Does not know: what either does.

internal import IdentityService
internal import Synchronization

/// The plan of faults and the script in force.
final class Behaviours: Sendable {
  private struct State {
    var faults: FaultPlan
    var script: (any Behaviour)?
    /// Requests since the script began.
    var calls: [Operation: Int] = [:]
    /// How many scripts were asked for.
    var asked = 0
    /// Which of them is in force.
    var newest = 0
  }

  private let state: Mutex<State>
  /// Whether there is anything to ask: a server without behaviour pays no more than this look.
  private let isActive: Atomic<Bool>
  /// Makes scripts run; `nil` where there is no interpreter.
  let loader: BehaviourLoader?
  /// What chance starts from unless told.
  let seed: UInt64

  init(_ options: BehaviourOptions = BehaviourOptions()) {
    let faults = options.faults
    (loader, seed) = (options.loader, options.seed)
    state = Mutex(State(faults: faults))
    isActive = Atomic(!faults.isEmpty)
  }

  var isEmpty: Bool { !isActive.load(ordering: .acquiring) }

  /// Changes the plan.
  func plan(_ change: (inout FaultPlan) -> Void) {
    update { change(&$0.faults) }
  }

  /// Loads a script and puts it in the place of the one before, which ends.
  ///
  /// - Returns: Whether it is in force: where one that was asked for later is, it has ended already.
  @discardableResult
  func replace(
    by load: () async throws(BehaviourError) -> any Behaviour
  ) async throws(BehaviourError) -> Bool {
    let number = state.withLock { state in
      state.asked += 1
      return state.asked
    }
    let script = try await load()
    var (isNewest, leaving) = (false, Optional(script))
    update { state in
      isNewest = number > state.newest
      guard isNewest else { return }
      leaving = state.script
      (state.script, state.newest, state.calls) = (script, number, [:])
    }
    leaving?.end()
    return isNewest
  }

  /// Ends what is in force.
  func end() {
    var script: (any Behaviour)?
    update { state in
      script = state.script
      state.script = nil
      state.faults = FaultPlan()
    }
    script?.end()
  }

  /// Treats one request.
  func treat(
    _ request: BehaviourRequest, _ rules: @escaping @Sendable () async -> BehaviourReply
  ) async -> BehaviourReply {
    let (fault, script, call) = state.withLock { state in
      state.calls[request.operation, default: 0] += 1
      return (
        state.faults.next(request.operation), state.script, state.calls[request.operation] ?? 0
      )
    }
    var numbered = request
    numbered.call = call
    let asked = numbered
    let inner = { @Sendable in
      guard let script else { return await rules() }
      return await script.treat(asked, rules)
    }
    guard let fault else { return await inner() }
    return await fault.treat(asked, inner)
  }

  private func update(_ change: (inout State) -> Void) {
    let isNeeded = state.withLock { state in
      change(&state)
      return !state.faults.isEmpty || state.script != nil
    }
    isActive.store(isNeeded, ordering: .releasing)
  }
}
