//  EventLoop+Executor.swift - the loop as the place where Swift's actors and tasks run.

extension EventLoop {
  /// Queues an actor's job behind all others; wakes the loop if it is waiting.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    core.update { $0.add(.actor(job)) }
  }

  /// The loop as an actor's executor.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  /// Traps off the loop's thread; lets `assumeIsolated` work in timer and descriptor actions.
  public func checkIsolated() {
    precondition(isCurrent, "not on the event loop's thread")
  }

  /// Whether the caller is on the loop's thread.
  @available(macOS 26.0, *)
  public func isIsolatingCurrentContext() -> Bool? { isCurrent }
}

/// Runs tasks on the thread of an ``EventLoop``, in one queue with its actors.
///
/// Not the loop itself: a class that is both kinds of executor tells the runtime that nonisolated
/// code is on the actor, and pays for leaving it with a trip through the queue at each `await`.
public final class LoopTaskExecutor: TaskExecutor {
  private let core: LoopCore

  init(_ core: LoopCore) { self.core = core }

  /// Queues a task's job behind all others; wakes the loop if it is waiting.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    core.update { $0.add(.task(job)) }
  }
}
