//  LoopCore.swift - what the loop's two executors share: its state, and the bell that wakes it.

final class LoopCore: Sendable {
  let state: Locked<LoopState>
  let wakeUp: WakeUp
  let isRealTime: Bool

  init(time: EventLoop.Time) throws(EventLoopError) {
    wakeUp = try WakeUp()
    isRealTime = time == .real
    state = Locked(LoopState(time: time))
  }

  /// Changes the state, and rings when `change` says that a waiting loop has to know of it.
  func update(_ change: (inout LoopState) -> Bool) {
    if state.withLock(change) { wakeUp.ring() }
  }
}
