//  SignInCache.swift - what is kept of a login, read and written as AWS's tools do.
//
//  Knows: which file holds what, what to do with a damaged one, that a cache that fails is no
//  reason to fail.
//  Does not know: when a token is renewed (TokenState), who signs in.

/// The cached tokens, registrations and role credentials of one user.
///
/// A file that cannot be used counts as absent; why is said once, through `report`.
public struct SignInCache: Sendable {
  /// `~/.aws/sso/cache`.
  private let sso: any CacheFolder
  /// `~/.aws/cli/cache`.
  private let credentials: any CacheFolder
  private let report: @Sendable (String) -> Void

  /// Makes a cache.
  ///
  /// - Parameters:
  ///   - sso: The folder of tokens and registrations.
  ///   - credentials: The folder of role credentials.
  ///   - report: Takes a line for a person.
  public init(
    sso: any CacheFolder, credentials: any CacheFolder, report: @escaping @Sendable (String) -> Void
  ) {
    self.sso = sso
    self.credentials = credentials
    self.report = report
  }

  // MARK: Reading

  /// The token kept for `target`, whatever it is still good for.
  public func token(for target: SignInTarget) -> CachedToken? {
    let token = read(target.tokenFileName, sso) { bytes throws(CacheDamage) in
      try CachedToken(bytes)
    }
    // The name is made of the session's name alone: another start URL may have been there.
    guard let token, token.startURL ?? target.startURL == target.startURL else { return nil }
    return token
  }

  /// The registration kept for `target`, if `flow` can begin with it.
  public func registration(
    for target: SignInTarget, flow: SignInFlow, at now: Timestamp
  ) -> CachedRegistration? {
    let found = read(target.registrationFileName, sso) { bytes throws(CacheDamage) in
      try CachedRegistration(bytes)
    }
    return found.flatMap { $0.serves(flow, at: now) ? $0 : nil }
  }

  /// The credentials kept for the role of `target`, as long as they live.
  public func credentials(for target: SignInTarget, at now: Timestamp) -> CachedCredentials? {
    guard let name = target.credentialsFileName else { return nil }
    let found = read(name, credentials) { bytes throws(CacheDamage) in
      try CachedCredentials(bytes)
    }
    return found.flatMap { $0.expiration > now ? $0 : nil }
  }

  private func read<Content>(
    _ name: String, _ folder: any CacheFolder, _ parse: ([UInt8]) throws(CacheDamage) -> Content
  ) -> Content? {
    do throws(CacheFolderError) {
      guard let bytes = try folder.read(name) else { return nil }
      do throws(CacheDamage) {
        return try parse(bytes)
      } catch {
        let place = try folder.setAside(name)
        report("the cache file \(name) is damaged (\(error.reason)); moved to \(place)")
        return nil
      }
    } catch {
      report(error.message)
      return nil
    }
  }

  // MARK: Writing

  /// Keeps a token; failing to is said, and no failure.
  public func keep(_ token: CachedToken, for target: SignInTarget) {
    write(target.tokenFileName, token.bytes, sso)
  }

  /// Keeps a registration.
  public func keep(_ registration: CachedRegistration, for target: SignInTarget) {
    write(target.registrationFileName, registration.bytes, sso)
  }

  /// Keeps role credentials.
  public func keep(_ found: CachedCredentials, for target: SignInTarget) {
    guard let name = target.credentialsFileName else { return }
    write(name, found.bytes, credentials)
  }

  /// Forgets the token of `target` and its role's credentials; the registration stays, as AWS's
  /// tools have it.
  public func forgetToken(of target: SignInTarget) {
    remove(target.tokenFileName, sso)
    if let name = target.credentialsFileName { remove(name, credentials) }
  }

  /// Forgets a registration that the service no longer knows.
  public func forgetRegistration(of target: SignInTarget) {
    remove(target.registrationFileName, sso)
  }

  private func write(_ name: String, _ bytes: [UInt8], _ folder: any CacheFolder) {
    do throws(CacheFolderError) {
      try folder.replace(name, with: bytes)
    } catch {
      report("not cached: \(error.message)")
    }
  }

  private func remove(_ name: String, _ folder: any CacheFolder) {
    do throws(CacheFolderError) {
      try folder.remove(name)
    } catch {
      report(error.message)
    }
  }

  // MARK: One at a time

  /// Runs `body` while no other process does so for the same token.
  ///
  /// Where locks do not work, that is said once and `body` runs all the same.
  ///
  /// - Parameters:
  ///   - target: Whose token.
  ///   - onWait: Called when another process is at it.
  ///   - body: What to do.
  /// - Returns: What `body` returned.
  /// - Throws: What `body` throws, or ``SSOError/Code/cancelled``.
  public func withLock<Result: Sendable>(
    on target: SignInTarget, onWait: @Sendable () -> Void,
    _ body: () async throws(SSOError) -> Result
  ) async throws(SSOError) -> Result {
    var lock: (any CacheLock)?
    do throws(CacheFolderError) {
      lock = try await sso.lock(target.tokenFileName + ".lock", onWait: onWait)
    } catch {
      guard error.code != .cancelled else { throw .cancelled(operation: "", host: "") }
      report(error.message)
    }
    defer { lock?.release() }
    return try await body()
  }
}
