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

extension EventLoop {
  /// Suspends the task until its continuation is resumed, and lets it go on by way of this loop.
  ///
  /// Like `withCheckedContinuation`; but with that a task without ``taskExecutor`` as its preference
  /// goes on by way of Swift's thread pool, even on an actor of the loop: two switches of threads,
  /// and simulated time, which knows nothing of it, jumps.
  ///
  /// - Parameters:
  ///   - isolation: The caller's actor; left out.
  ///   - body: Keeps the continuation for the one who resumes it, once.
  /// - Returns: What the continuation was resumed with.
  public func withContinuation<Value: Sendable>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (CheckedContinuation<Value, Never>) -> Void
  ) async -> Value {
    await withTaskExecutorPreference(taskExecutor) {
      // Named here so that this closure is on the actor too, and entered without a detour.
      _ = isolation
      return await withCheckedContinuation(body)
    }
  }
}

/// Runs tasks on the thread of an ``EventLoop``, in one queue with its actors.
///
/// Beside the loop, so that a job shows by its way in what it is. An actor's runs as the actor's
/// alone; a task's runs as both, which spares it a second trip through the queue when it goes on
/// into an actor of the loop, as most do.
public final class LoopTaskExecutor: TaskExecutor {
  private let core: LoopCore

  init(_ core: LoopCore) { self.core = core }

  /// Queues a task's job behind all others; wakes the loop if it is waiting.
  public func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    core.update { $0.add(.task(job)) }
  }
}
