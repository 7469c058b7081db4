//  Patience.swift - whether somebody still waits for what blocks a thread of its own.

import Platform
import SSOScript
import Synchronization

/// Whether somebody still waits for an answer.
final class Patience: Sendable {
  private let isOver = Atomic(false)

  var hasEnded: Bool { isOver.load(ordering: .relaxed) }

  private func end() { isOver.store(true, ordering: .relaxed) }

  /// Waits until something can be read, and looks five times a second whether that is still wanted.
  ///
  /// - Parameters:
  ///   - number: A descriptor; asked for each time, since it may have been closed meanwhile.
  ///   - look: Called each time, too.
  /// - Returns: False when it is not wanted any more, or closed.
  func lasts(until number: @autoclosure () -> Int32, _ look: () -> Void = {}) -> Bool {
    while !hasEnded {
      look()
      let number = number()
      guard number >= 0 else { return false }
      var input = pollfd(fd: number, events: Int16(POLLIN), revents: 0)
      let count = unsafe poll(&input, 1, 200)
      if count > 0 || count < 0 && errno != EINTR { return true }
    }
    return false
  }

  /// Runs a call that blocks on a thread of its own; the patience with it ends when the task is
  /// cancelled.
  func onThread<Value: Sendable>(
    _ body: @escaping @Sendable () throws(DoorError) -> Value
  ) async throws(DoorError) -> Value {
    try await withTaskCancellationHandler { () -> Result<Value, DoorError> in
      do throws(DoorError) { return .success(try await LiveWorld.onThread(body)) } catch {
        return .failure(error)
      }
    } onCancel: {
      end()
    }.get()
  }
}
