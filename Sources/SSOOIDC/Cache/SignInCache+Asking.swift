//  SignInCache+Asking.swift - one asks a service for something that many wait for.
//
//  Knows: that a service which one could not reach is not asked by those who waited meanwhile, if they would ask
//  the same one.

internal import Synchronization

extension SignInCache {
  /// Asks services for something, under its lock.
  ///
  /// - Parameters:
  ///   - services: Who may be asked, at least one.
  ///   - item: What is asked for.
  ///   - wait: How the lock was waited for.
  ///   - body: Asks.
  /// - Returns: What `body` gave.
  /// - Throws: What `body` threw, or what it threw meanwhile elsewhere.
  func asking<Value>(
    _ services: [ServiceClient], for item: CacheItem, after wait: LockWait,
    _ body: () async throws(SSOError) -> Value
  ) async throws(SSOError) -> Value {
    let clock = services[0].clock
    if wait.hasBegun,
      let error = await note(beside: item).failure(since: wait.start, at: clock.now),
      services.contains(where: { $0.endpoint.host == error.host })
    {
      throw error
    }
    do throws(SSOError) {
      let value = try await body()
      await noteFailure(nil, beside: item, at: clock.now)
      return value
    } catch {
      if error.mayMeetOthers { await noteFailure(error, beside: item, at: clock.now) }
      throw error
    }
  }

  private func noteFailure(_ error: SSOError?, beside item: CacheItem, at now: Timestamp) async {
    var note = await note(beside: item)
    guard error != nil || note.failure != nil else { return }
    note.failure = error.map { SignInNote.Failure(error: $0, time: now) }
    await setNote(note, beside: item)
  }
}

extension SSOError {
  /// Whether another process would fail in the same way: not by its own proxy, trust or descriptors.
  fileprivate var mayMeetOthers: Bool {
    guard let code = transport?.code else { return false }
    return [.resolve, .connect, .timeout, .incomplete].contains(code)
  }
}

/// Whether somebody had to wait for a lock, and since when.
final class LockWait: Sendable {
  let start: Timestamp
  private let began = Atomic(false)

  init(at now: Timestamp) { start = now }

  var hasBegun: Bool { began.load(ordering: .relaxed) }

  func begin() { began.store(true, ordering: .relaxed) }
}
