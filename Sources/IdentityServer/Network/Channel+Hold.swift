//  Channel+Hold.swift - waiting for a time, or until the client has gone.

#if Server
  internal import NIOCore

  extension Channel {
    /// Waits for the end of `sleep`, unless the client goes before: it may close one half first.
    ///
    /// - Returns: Whether it is still there; if not, the channel is closed.
    func stays(during sleep: @escaping @Sendable () async throws -> Void) async -> Bool {
      let waiting = Task { (try? await sleep()) != nil }
      closeFuture.whenComplete { _ in waiting.cancel() }
      try? await eventLoop.submit { try ByteGuard.hold(self, true) }.get()
      let isOver = await withTaskCancellationHandler {
        await waiting.value
      } onCancel: {
        waiting.cancel()
      }
      try? await eventLoop.submit { try ByteGuard.hold(self, false) }.get()
      return isOver
    }
  }
#endif
