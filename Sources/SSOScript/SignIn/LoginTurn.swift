//  LoginTurn.swift - calls that a login's own functions make, and what they must not wait for.
//
//  Knows: that a call which waits for a lock that a call further up holds would wait for ever.

import SSOOIDC
import Synchronization

/// One call that signs in, with the locks it holds.
final class LoginTurn: Sendable {
  /// A hook of a call, or a function of its store, while it runs.
  struct Hook {
    let name: String
    let turn: LoginTurn
  }

  /// That of the login under way, for stores, and for policies: their functions run as scripts of
  /// their own.
  @TaskLocal static var current: LoginTurn?

  /// False for who must not wait for a lock.
  @TaskLocal static var mayWait = true

  private let function: String
  private let hook: Hook?
  private let held = Mutex<[CacheItem]>([])

  /// - Parameters:
  ///   - function: What was called.
  ///   - hook: The hook that called it, if one did.
  init(_ function: String, by hook: Hook?) {
    self.function = function
    self.hook = hook
  }

  /// The hook further up whose call holds the lock of `item`, perhaps in another place.
  fileprivate func hook(holding item: CacheItem) -> Hook? {
    var next = hook
    while let hook = next {
      if hook.turn.holds(item) { return hook }
      next = hook.turn.hook
    }
    return nil
  }

  /// Does what policies are to know as a part of this call.
  func run<Value: Sendable>(
    _ body: @Sendable () async throws(SSOError) -> Value
  ) async throws(SSOError) -> Value {
    let result: Result<Value, SSOError> = await Self.$current.withValue(self) {
      do throws(SSOError) { return .success(try await body()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Whether this holds `item`, or the token that whoever has `item`, a role's keys, may wait for.
  private func holds(_ item: CacheItem) -> Bool {
    let items = item.layer == .credentials ? [item, item.target.tokenItem] : [item]
    return held.withLock { held in
      held.contains { one in items.contains { $0.layer == one.layer && $0.name == one.name } }
    }
  }

  fileprivate func add(_ item: CacheItem) { held.withLock { $0.append(item) } }

  fileprivate func remove(_ item: CacheItem) {
    held.withLock { held in held.removeAll { $0.layer == item.layer && $0.name == item.name } }
  }

  /// Why nobody waits for `hook`.
  fileprivate func refusal(because hook: Hook) -> CacheFolderError {
    CacheFolderError(
      .deadlock,
      "\(function) was called by \(hook.name) of \(hook.turn.function), which is at the same thing: "
        + "it would wait for itself")
  }
}

/// A store whose locks are those of one call.
struct TurnStore: StoreAbove {
  let store: any SignInStore
  let turn: LoginTurn

  var lasting: any SignInStore { TurnStore(store: store.lasting, turn: turn) }

  var own: any SignInStore { TurnStore(store: store.own, turn: turn) }

  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    let lock: any CacheLock
    if let hook = turn.hook(holding: item) {
      lock = try await lockAtOnce(item, because: hook)
    } else {
      lock = try await store.lock(item, onWait: onWait)
    }
    turn.add(item)
    return TurnLock(lock, of: turn, on: item)
  }

  /// Takes a lock that is free, as one in another place is.
  ///
  /// Who has to wait waits for `hook`: which words named the place, and which policy another one, does
  /// not matter. Whether a script's own lock waits nobody can see; it is not asked.
  private func lockAtOnce(
    _ item: CacheItem, because hook: LoginTurn.Hook
  ) async throws(CacheFolderError) -> any CacheLock {
    switch await LoginTurn.$mayWait.withValue(false, operation: { await attempt(item) }) {
    case .success(let lock)?: return lock
    case .failure(let error)? where error.code != .cancelled || Task.isCancelled: throw error
    default: throw turn.refusal(because: hook)
    }
  }

  private typealias Attempt = Result<any CacheLock, CacheFolderError>

  /// Gives up as soon as there is somebody to wait for.
  private func attempt(_ item: CacheItem) async -> Attempt? {
    let (waits, waiting) = AsyncStream.makeStream(of: Void.self)
    return await withTaskGroup(of: Attempt?.self) { group -> Attempt? in
      group.addTask { [store] in
        defer { waiting.finish() }
        do throws(CacheFolderError) {
          return .success(try await store.lock(item) { waiting.finish() })
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        for await _ in waits {}
        return nil
      }
      while let ended = await group.next() {
        if let ended { return ended }
        group.cancelAll()
      }
      return nil
    }
  }
}

private final class TurnLock: CacheLock {
  private let lock: any CacheLock
  private let turn: LoginTurn
  private let item: CacheItem

  init(_ lock: any CacheLock, of turn: LoginTurn, on item: CacheItem) {
    self.lock = lock
    self.turn = turn
    self.item = item
  }

  func release() async {
    turn.remove(item)
    await lock.release()
  }
}
