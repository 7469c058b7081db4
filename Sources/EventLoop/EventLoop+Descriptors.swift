//  EventLoop+Descriptors.swift - waiting for files, pipes and sockets.

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
    // Released after the lock: what an action holds may call the loop when it dies.
    var replaced: WatchTable.Action?
    core.update { state in
      replaced = state.watches.insert(descriptor, interest, action)
      return state.unpark()
    }
    _ = replaced
  }

  /// Ends a watch; one that has ended is no error.
  ///
  /// After a call on the loop's thread the action does not run any more, even if the descriptor was
  /// found ready in this turn.
  public func unwatch(_ descriptor: Int32) {
    var removed: WatchTable.Action?
    core.update { state in
      removed = state.watches.remove(descriptor)
      return state.unpark()
    }
    _ = removed
  }
}
