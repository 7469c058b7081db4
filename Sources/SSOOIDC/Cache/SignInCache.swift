//  SignInCache.swift - what is kept of a login, read and written as AWS's tools do.
//
//  Knows: that a cache that fails is no reason to fail.
//  Does not know: when a token is renewed (TokenState), who signs in, what to do with a damaged file
//  (SignInCache+Items).

internal import Synchronization

/// The cached tokens, registrations and role credentials of one user.
///
/// What cannot be used counts as absent; why is said once, through `report`.
public struct SignInCache: Sendable {
  private(set) var store: any SignInStore
  let clock: (any WorldClock)?
  let said: SaidLines
  let report: @Sendable (String) -> Void

  /// Makes a cache.
  ///
  /// - Parameters:
  ///   - store: Where everything is kept.
  ///   - clock: By which a thing that looks damaged is read once more; `nil` reads once.
  ///   - said: What other caches of the same undertaking have said, and is not said again.
  ///   - report: Takes a line for a person.
  public init(
    _ store: any SignInStore, clock: (any WorldClock)? = nil, said: SaidLines = SaidLines(),
    report: @escaping @Sendable (String) -> Void
  ) {
    self.store = store
    self.clock = clock
    self.said = said
    self.report = { line in
      if said.isNew(line) { report(line) }
    }
  }

  /// The same cache, read where it counts for all.
  var lasting: SignInCache {
    var lasting = self
    lasting.store = store.lasting
    return lasting
  }

  /// Whether what is kept may be others'.
  var isBorrowed: Bool { store.isBorrowed }

  // MARK: Reading

  /// The token kept for `target`, whatever it is still good for.
  public func token(for target: SignInTarget) async -> CachedToken? {
    let token = await read(target.tokenItem) { bytes throws(CacheDamage) in
      try CachedToken(bytes)
    }
    // The name is made of the session's name alone: another start URL may have been there.
    guard let token, token.startURL ?? target.startURL == target.startURL else { return nil }
    return token
  }

  /// The same for one that is to be forgotten: nothing that cannot be ended first is.
  func findToken(of target: SignInTarget) async -> Found<CachedToken> {
    let found = await find(target.tokenItem) { bytes throws(CacheDamage) in
      try CachedToken(bytes)
    }
    guard case .content(let token) = found, let url = token.startURL, url != target.startURL else {
      return found
    }
    return .closed(
      "the cache file \(target.tokenFileName) is of \(url.escaped(limit: 200)); it was left as it is"
    )
  }

  /// The registration kept for `target`, if `flow` can begin with it.
  public func registration(
    for target: SignInTarget, flow: SignInFlow, at now: Timestamp
  ) async -> CachedRegistration? {
    let found = await read(target.registrationItem) { bytes throws(CacheDamage) in
      try CachedRegistration(bytes)
    }
    return found.flatMap { $0.serves(flow, at: now) ? $0 : nil }
  }

  /// The registration kept for `target`, whatever it is still good for.
  public func registration(for target: SignInTarget) async -> CachedRegistration? {
    await read(target.registrationItem) { bytes throws(CacheDamage) in
      try CachedRegistration(bytes)
    }
  }

  /// The credentials kept for the role of `target`, as long as they live.
  public func credentials(
    for target: SignInTarget, at now: Timestamp
  ) async -> CachedCredentials? {
    guard let item = target.credentialsItem else { return nil }
    let found = await read(item) { bytes throws(CacheDamage) in try CachedCredentials(bytes) }
    return found.flatMap { $0.expiration > now ? $0 : nil }
  }

  func read<Content>(
    _ item: CacheItem, _ parse: ([UInt8]) throws(CacheDamage) -> Content
  ) async -> Content? {
    switch await find(item, parse) {
    case .nothing: return nil
    case .content(let content): return content
    case .closed(let reason):
      report(reason)
      return nil
    }
  }

  // MARK: Writing

  /// Keeps a token; failing to is said, and no failure.
  public func keep(_ token: CachedToken, for target: SignInTarget) async {
    await write(target.tokenItem, token.bytes, token.expiresAt)
  }

  /// Keeps a registration.
  public func keep(_ registration: CachedRegistration, for target: SignInTarget) async {
    await write(target.registrationItem, registration.bytes, registration.expiresAt)
  }

  /// Keeps role credentials.
  public func keep(_ found: CachedCredentials, for target: SignInTarget) async {
    guard let item = target.credentialsItem else { return }
    await write(item, found.bytes, found.expiration)
  }

  /// Forgets the token of `target` and its role's credentials; the registration stays, as AWS's
  /// tools have it.
  ///
  /// - Returns: Why something of it is still there; `nil` when all is gone.
  @discardableResult
  public func forgetToken(of target: SignInTarget) async -> String? {
    let reason = await remove(target.tokenItem)
    guard let item = target.credentialsItem else { return reason }
    return await remove(item) ?? reason
  }

  /// Takes back role credentials that were just kept; what others have lent stays.
  func takeBackCredentials(of target: SignInTarget) async {
    guard let item = target.credentialsItem else { return }
    try? await store.own.remove(item)
  }

  /// Forgets a registration that the service no longer knows.
  public func forgetRegistration(of target: SignInTarget) async {
    await remove(target.registrationItem)
  }

  // MARK: Notes

  /// What was noted when somebody last tried to get a new one; nothing when that cannot be read.
  func note(beside item: CacheItem) async -> SignInNote {
    let bytes = try? await store.note(beside: item)
    return bytes.flatMap { SignInNote($0) } ?? SignInNote()
  }

  /// Notes something for those who come next; failing to is nobody's business.
  func setNote(_ note: SignInNote, beside item: CacheItem) async {
    try? await store.setNote(note.isEmpty ? nil : note.bytes, beside: item)
  }

  // MARK: One at a time

  /// Runs `body` while no other process does so for the same thing.
  ///
  /// Where locks do not work, that is said once and `body` runs all the same.
  ///
  /// - Parameters:
  ///   - item: Which thing.
  ///   - onWait: Called when another process is at it.
  ///   - body: What to do.
  /// - Returns: What `body` returned.
  /// - Throws: What `body` throws, ``SSOError/Code/cancelled``, or ``SSOError/Code/deadlock``.
  public func withLock<Value: Sendable>(
    on item: CacheItem, onWait: @Sendable () -> Void,
    _ body: () async throws(SSOError) -> Value
  ) async throws(SSOError) -> Value {
    let lock = try await lock(item, onWait)
    let result: Result<Value, SSOError>
    do throws(SSOError) {
      result = .success(try await body())
    } catch {
      result = .failure(error)
    }
    await lock?.release()
    return try result.get()
  }

  /// How waiting for a lock ended.
  enum Waiting {
    /// Nobody else is at work; without a lock where there are none, which was said.
    case over((any CacheLock)?)
    /// Another process is still at it.
    case vain
  }

  /// The lock, unless another process holds it for longer than `patience`.
  func lock(
    _ item: CacheItem, within patience: Duration, of clock: any WorldClock,
    onWait: @escaping @Sendable () -> Void
  ) async throws(SSOError) -> Waiting {
    let outcome = await withTaskGroup(of: Result<(any CacheLock)?, SSOError>?.self) { group in
      group.addTask {
        do throws(SSOError) {
          return .success(try await lock(item, onWait))
        } catch {
          return .failure(error)
        }
      }
      group.addTask {
        try? await clock.sleep(for: patience)
        return nil
      }
      // Whichever comes first ends the other; a lock that comes all the same is taken.
      var first: Result<(any CacheLock)?, SSOError>?
      for await outcome in group {
        group.cancelAll()
        first = first ?? outcome
      }
      return first
    }
    if case .success(let lock) = outcome { return .over(lock) }
    if case .failure(let error) = outcome, error.code == .deadlock { throw error }
    if Task.isCancelled { throw .cancelled(operation: "", host: "") }
    return .vain
  }

  private func lock(
    _ item: CacheItem, _ onWait: @Sendable () -> Void
  ) async throws(SSOError) -> (any CacheLock)? {
    do throws(CacheFolderError) {
      return try await store.lock(item, onWait: onWait)
    } catch {
      guard error.code != .cancelled else { throw .cancelled(operation: "", host: "") }
      guard error.code != .deadlock else { throw SSOError(.deadlock, .validation, error.message) }
      report(error.message)
      return nil
    }
  }
}

/// What was said already.
public final class SaidLines: Sendable {
  private let lines = Mutex<Set<String>>([])

  /// Nothing was said.
  public init() {}

  /// Whether a line was not said before; from now on it was.
  public func isNew(_ line: String) -> Bool { lines.withLock { $0.insert(line).inserted } }
}
