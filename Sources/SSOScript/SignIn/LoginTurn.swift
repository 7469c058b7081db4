//  LoginTurn.swift - calls that a login's own hooks make, and what they must not wait for.
//
//  Knows: that a call which waits for a lock that a call further up holds would wait for ever.

import LuaEngine
import SSOOIDC
import Synchronization

/// One call that signs in, with the locks it holds.
final class LoginTurn: Sendable {
  /// A hook of a call, while it runs.
  struct Hook {
    let name: String
    let turn: LoginTurn
  }

  private let function: String
  /// The argument `cache`: what lies elsewhere is locked elsewhere, and `"none"` is shared by nobody.
  private let place: LuaValue
  private let hook: Hook?
  private let held = Mutex<[CacheItem]>([])

  /// - Parameters:
  ///   - function: What was called.
  ///   - place: Where logins are kept, in the script's words.
  ///   - hook: The hook that called it, if one did.
  init(_ function: String, in place: LuaValue, by hook: Hook?) {
    self.function = function
    self.place = place
    self.hook = hook
  }

  /// The hook further up whose call holds the lock of `item`.
  fileprivate func hook(holding item: CacheItem) -> Hook? {
    guard place != .string("none") else { return nil }
    var next = hook
    while let hook = next {
      if hook.turn.place == place, hook.turn.holds(item) { return hook }
      next = hook.turn.hook
    }
    return nil
  }

  private func holds(_ item: CacheItem) -> Bool {
    held.withLock { held in held.contains { $0.layer == item.layer && $0.name == item.name } }
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

  func lock(
    _ item: CacheItem, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    if let hook = turn.hook(holding: item) { throw turn.refusal(because: hook) }
    let lock = try await store.lock(item, onWait: onWait)
    turn.add(item)
    return TurnLock(lock, of: turn, on: item)
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
