//  EventLoop+Executor.swift - the loop as the place where Swift's tasks and actors run.

internal import Synchronization

extension EventLoop {
  /// Queues a job behind the others; wakes the loop if it is waiting.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    wake(ifTrue: state.withLock { $0.add(job) })
  }

  /// The loop as an actor's executor.
  public func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    unsafe UnownedSerialExecutor(ordinary: self)
  }

  /// The loop as a task's preferred executor.
  public func asUnownedTaskExecutor() -> UnownedTaskExecutor {
    unsafe UnownedTaskExecutor(ordinary: self)
  }

  /// Traps off the loop's thread; lets `assumeIsolated` work in timer and descriptor actions.
  public func checkIsolated() {
    precondition(isCurrent, "not on the event loop's thread")
  }

  /// Whether the caller is on the loop's thread.
  @available(macOS 26.0, *)
  public func isIsolatingCurrentContext() -> Bool? { isCurrent }
}
