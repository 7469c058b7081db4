//  Supervisor.swift - work on another thread, while this one waits for signals.
//
//  Knows: the first signal asks for an early end, a second one ends the process.
//  Does not know: what the work is.

internal import EventLoop
internal import LiveWorld
internal import Synchronization

/// Waits for work that a signal may cut short.
struct Supervisor {
  let signals: SignalWatch
  /// How often ``whileWaiting`` is called.
  var look = Duration.seconds(1)
  /// Asks the work to come to its end.
  let onSignal: () -> Void
  var whileWaiting: () -> Void = {}

  /// Does the work.
  ///
  /// - Returns: What it came to, and the signal that came meanwhile.
  func run<Value: Sendable>(
    _ work: @escaping @Sendable () -> Value
  ) throws(SessionFailure) -> (Value, Int32?) {
    let result = WorkResult<Value>()
    do throws(EventLoopError) {
      let thread = try EventLoop.runOnThread(stackSize: 1 << 20, name: "suite") { [signals] in
        let value = work()
        result.value.withLock { $0 = value }
        signals.wake()
      }
      let signal = wait { result.value.withLock { $0 != nil } }
      thread.join()
      if let value = result.value.withLock({ $0 }) { return (value, signal) }
    } catch {
      throw SessionFailure("\(error)")
    }
    throw SessionFailure("the work has no result")
  }

  private func wait(until isDone: () -> Bool) -> Int32? {
    var signal: Int32?
    while !isDone() {
      if let got = signals.wait(look) {
        if let signal { ThisProcess.exit(128 + signal) }
        signal = got
        onSignal()
      }
      if !isDone() { whileWaiting() }
    }
    return signal
  }
}

/// What the thread of the work leaves.
private final class WorkResult<Value: Sendable>: Sendable {
  let value = Mutex<Value?>(nil)
}

/// A wish for an early end, for other threads to look at.
final class Cancellation: Sendable {
  private let wanted = Atomic(false)

  var isWanted: Bool { wanted.load(ordering: .relaxed) }
  func want() { wanted.store(true, ordering: .relaxed) }
}
