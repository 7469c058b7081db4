//  EventLoop+Timers.swift - doing something later.

extension EventLoop {
  /// Calls `action` on the loop's thread once ``now`` has reached `deadline`.
  ///
  /// Actions run in the order of their deadlines, ties in the order of scheduling; a deadline that
  /// has passed means the next turn.
  ///
  /// - Parameters:
  ///   - deadline: A point of ``now``.
  ///   - action: Called once, and not at all after ``cancel(_:)``.
  /// - Returns: The name for ``cancel(_:)``.
  @discardableResult
  public func schedule(at deadline: Duration, _ action: @escaping @Sendable () -> Void) -> TimerID {
    let id = core.state.withLock { $0.timers.makeID() }
    core.update { $0.timers.insert(id, at: deadline, .call(action)) && $0.unpark() }
    return id
  }

  /// Forgets a timer; one that has fired or was cancelled is no error.
  ///
  /// After a call on the loop's thread the action does not run any more.
  public func cancel(_ id: TimerID) {
    let action = core.state.withLock { $0.timers.remove(id) }
    if case .resume(let continuation) = action { continuation.resume(returning: false) }
  }

  /// Waits without holding a thread; a duration of zero or less returns at once.
  ///
  /// - Parameters:
  ///   - duration: How long, by ``now``.
  ///   - isolation: The caller's actor; left out.
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  public func sleep(
    for duration: Duration, isolation: isolated (any Actor)? = #isolation
  ) async throws(CancellationError) {
    guard !Task.isCancelled else { throw CancellationError() }
    guard duration > .zero else { return }
    let id = core.state.withLock { $0.timers.makeID() }
    let slept = await withTaskCancellationHandler {
      // On the actor, too: see withContinuation.
      _ = isolation
      return await withContinuation { suspend($0, for: duration, id) }
    } onCancel: {
      cancel(id)
    }
    guard slept else { throw CancellationError() }
  }

  /// Lets everything go first that is ready, and the timers that are due; no time passes.
  ///
  /// - Parameter isolation: The caller's actor; left out.
  public func turn(isolation: isolated (any Actor)? = #isolation) async {
    _ = await withContinuation { continuation in
      core.update { state in
        let id = state.timers.makeID()
        return state.timers.insert(id, at: state.clock.now, .resume(continuation)) && state.unpark()
      }
    }
  }

  private func suspend(
    _ continuation: CheckedContinuation<Bool, Never>, for duration: Duration, _ id: TimerID
  ) {
    core.update { state in
      let deadline = state.clock.now + duration
      return state.timers.insert(id, at: deadline, .resume(continuation)) && state.unpark()
    }
    // The handler may have run before there was a timer to cancel.
    if Task.isCancelled { cancel(id) }
  }
}
