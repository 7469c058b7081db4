//  TaskLocks.swift - one at a time among the tasks of this process, first come, first served.

internal import Synchronization

/// Locks by name, for stores that no other process shares.
public final class TaskLocks: Sendable {
  private struct Waiter {
    let id: UInt64
    let continuation: CheckedContinuation<Bool, Never>
  }

  private struct State {
    var nextID: UInt64 = 0
    /// Names that are held, with who waits for each.
    var held: [String: [Waiter]] = [:]
    /// Cancelled before they began to wait.
    var cancelled: Set<UInt64> = []
  }

  private let state = Mutex(State())

  /// Makes locks that nobody holds.
  public init() {}

  /// Waits until no other task holds the lock of this name, and takes it.
  ///
  /// - Parameters:
  ///   - name: Any text.
  ///   - onWait: Called once, when another task holds it.
  /// - Returns: The lock; it ends with ``CacheLock/release()``, or with its value.
  /// - Throws: ``CacheFolderError/Code/cancelled``.
  public func lock(
    _ name: String, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    let id = state.withLock { state -> UInt64? in
      guard state.held[name] != nil else {
        state.held[name] = []
        return nil
      }
      state.nextID += 1
      return state.nextID
    }
    guard let id else { return TaskLock(self, name) }
    onWait()
    let isHeld = await withTaskCancellationHandler {
      await withCheckedContinuation { wait($0, id, name) }
    } onCancel: {
      cancel(id, name)
    }
    guard isHeld else {
      throw CacheFolderError(.cancelled, "cancelled while waiting for \(name)")
    }
    return TaskLock(self, name)
  }

  private func wait(_ continuation: CheckedContinuation<Bool, Never>, _ id: UInt64, _ name: String)
  {
    let answer = state.withLock { state -> Bool? in
      if state.cancelled.remove(id) != nil { return false }
      guard state.held[name] != nil else {
        state.held[name] = []
        return true
      }
      state.held[name]?.append(Waiter(id: id, continuation: continuation))
      return nil
    }
    if let answer { continuation.resume(returning: answer) }
  }

  private func cancel(_ id: UInt64, _ name: String) {
    let waiter = state.withLock { state -> Waiter? in
      guard let place = state.held[name]?.firstIndex(where: { $0.id == id }) else {
        state.cancelled.insert(id)
        return nil
      }
      return state.held[name]?.remove(at: place)
    }
    waiter?.continuation.resume(returning: false)
  }

  fileprivate func release(_ name: String) {
    let next = state.withLock { state -> Waiter? in
      guard state.held[name]?.isEmpty == false else {
        state.held[name] = nil
        return nil
      }
      return state.held[name]?.removeFirst()
    }
    next?.continuation.resume(returning: true)
  }
}

private final class TaskLock: CacheLock {
  private let locks: TaskLocks
  private let name: String
  private let isHeld = Atomic<Bool>(true)

  init(_ locks: TaskLocks, _ name: String) {
    self.locks = locks
    self.name = name
  }

  deinit { letGo() }

  func release() async { letGo() }

  private func letGo() {
    if isHeld.exchange(false, ordering: .acquiringAndReleasing) { locks.release(name) }
  }
}
