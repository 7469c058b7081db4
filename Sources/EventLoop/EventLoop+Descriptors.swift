//  EventLoop+Descriptors.swift - waiting for files, pipes and sockets.

internal import Synchronization

extension EventLoop {
  /// Calls `action` on the loop's thread whenever `descriptor` is ready, until ``unwatch(_:)``.
  ///
  /// A descriptor has one watch; a second call replaces the first. Readiness is a level: as long as
  /// the data is not read the action is called again. End ``unwatch(_:)`` before closing.
  ///
  /// - Parameters:
  ///   - descriptor: An open file descriptor; the loop does not own it.
  ///   - interest: What to wait for; an empty set keeps the watch but waits for nothing.
  ///   - action: Gets the part of `interest` that is ready.
  public func watch(
    _ descriptor: Int32, for interest: Readiness, _ action: @escaping @Sendable (Readiness) -> Void
  ) {
    let (replaced, mustWake) = state.withLock { state in
      (state.watches.insert(descriptor, interest, action), state.unpark())
    }
    wake(ifTrue: mustWake)
    // Released here: what an action holds may call the loop when it dies.
    _ = replaced
  }

  /// Changes what a watched descriptor is watched for; one that is not watched is no error.
  public func changeWatch(_ descriptor: Int32, for interest: Readiness) {
    let mustWake = state.withLock { state in
      state.watches.change(descriptor, interest)
      return state.unpark()
    }
    wake(ifTrue: mustWake)
  }

  /// Ends a watch; one that has ended is no error.
  ///
  /// After a call on the loop's thread the action does not run any more, even if the descriptor was
  /// found ready in this turn.
  public func unwatch(_ descriptor: Int32) {
    let (removed, mustWake) = state.withLock { state in
      (state.watches.remove(descriptor), state.unpark())
    }
    wake(ifTrue: mustWake)
    _ = removed
  }
}
