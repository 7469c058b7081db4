//  ServiceClock+Waiting.swift - waiting for a point in the service's time.

internal import IdentityService
internal import Synchronization

extension ServiceClock {
  /// Waits by this clock: with a virtual one until it is moved so far.
  func sleep(for duration: Duration) async throws(CancellationError) {
    guard isVirtual else {
      do {
        return try await Task.sleep(for: duration)
      } catch {
        throw CancellationError()
      }
    }
    try await waiters.wait(until: now + duration) { now }
  }
}

/// Tasks that wait for a virtual clock, woken in the order of their times.
final class ClockWaiters: Sendable {
  private struct Waiter {
    let deadline: ServiceTime
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var waiters: [Int: Waiter] = [:]
    var nextID = 0
  }

  private let state = Mutex(State())

  /// How many wait.
  var count: Int { state.withLock { $0.waiters.count } }

  /// - Parameters:
  ///   - deadline: When to go on.
  ///   - now: Gives the clock's time.
  /// - Throws: `CancellationError` when the task is cancelled.
  func wait(
    until deadline: ServiceTime, _ now: @Sendable () -> ServiceTime
  ) async throws(CancellationError) {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    let came = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        state.withLock { $0.waiters[id] = Waiter(deadline: deadline, continuation: continuation) }
        // The clock, or the canceller, may have been faster.
        if now() >= deadline { finish(id, true) }
        if Task.isCancelled { finish(id, false) }
      }
    } onCancel: {
      finish(id, false)
    }
    guard came else { throw CancellationError() }
  }

  func wake(at time: ServiceTime) {
    let due = state.withLock { state in
      state.waiters.filter { $0.value.deadline <= time }
        .sorted { ($0.value.deadline, $0.key) < ($1.value.deadline, $1.key) }.map(\.key)
    }
    for id in due { finish(id, true) }
  }

  private func finish(_ id: Int, _ came: Bool) {
    state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume(returning: came)
  }
}
