//  SignIn.swift - a valid token with as little trouble as possible: cached, renewed, or by a person.
//
//  Knows: the order of the three, and that only one process of the user does the work.
//  Does not know: how a person signs in (the caller's closure), where files are.

/// Signs in to one Identity Center.
public struct SignIn: Sendable {
  /// Where a token came from.
  public enum Source: String, Sendable {
    /// It was cached and is good for a while.
    case cache
    /// It was renewed.
    case refresh
    /// A person signed in.
    case login
  }

  /// A new token, and the client it was given to.
  public typealias Grant = (token: CreateTokenResponse, registration: CachedRegistration)

  /// What to sign in to.
  public let target: SignInTarget
  private let cache: SignInCache
  private let client: SSOOIDCClient
  private let report: @Sendable (String) -> Void

  /// Prepares to sign in.
  ///
  /// - Parameters:
  ///   - target: What to sign in to.
  ///   - cache: Where tokens are kept.
  ///   - client: Renews them.
  ///   - report: Takes a line for a person: why a renewal was not possible.
  public init(
    _ target: SignInTarget, cache: SignInCache, client: SSOOIDCClient,
    report: @escaping @Sendable (String) -> Void
  ) {
    self.target = target
    self.cache = cache
    self.client = client
    self.report = report
  }

  /// Gives a valid token.
  ///
  /// Of many processes that ask at once one renews or signs in; the others wait and take its result
  /// from the cache.
  ///
  /// - Parameters:
  ///   - onWait: Called when another process is at it.
  ///   - login: Lets a person sign in; called at most once, and not at all while a token is good.
  /// - Returns: The token and where it came from.
  /// - Throws: What `login` throws.
  public func token(
    onWait: @Sendable () -> Void = {}, login: () async throws(SSOError) -> Grant
  ) async throws(SSOError) -> (token: CachedToken, source: Source) {
    if let token = cache.token(for: target), token.state(for: target, at: now) == .valid {
      return (token, .cache)
    }
    return try await cache.withLock(on: target, onWait: onWait) { () async throws(SSOError) in
      try await tokenUnderLock(login)
    }
  }

  private var now: Timestamp { client.service.clock.now }

  /// Reads again first: whoever held the lock before may have done the work.
  private func tokenUnderLock(
    _ login: () async throws(SSOError) -> Grant
  ) async throws(SSOError) -> (token: CachedToken, source: Source) {
    let old = cache.token(for: target)
    if let old, let found = try await use(old) { return found }
    let grant = try await login()
    return (keep(grant, replacing: old), .login)
  }

  /// What the cached token is good for; `nil` when a person has to sign in.
  private func use(
    _ old: CachedToken
  ) async throws(SSOError) -> (token: CachedToken, source: Source)? {
    switch old.state(for: target, at: now) {
    case .valid: return (old, .cache)
    case .ending(let obstacle):
      report(obstacle.description)
      return (old, .cache)
    case .ended(let obstacle):
      report(obstacle.description)
      return nil
    case .renewable(let registration, let refreshToken, let isUrgent):
      if let token = try await renew(registration, refreshToken) {
        return (keep((token, registration), replacing: old), .refresh)
      }
      if let other = cache.token(for: target), other.state(for: target, at: now) == .valid {
        return (other, .cache)  // from a tool that knows nothing of our lock
      }
      return isUrgent ? nil : (old, .cache)
    }
  }

  private func keep(_ grant: Grant, replacing old: CachedToken?) -> CachedToken {
    let token = CachedToken(
      grant.token, target: target, registration: grant.registration, now: now, replacing: old)
    cache.keep(token, for: target)
    return token
  }

  /// Asks for a new token, and once more if the first request was lost on the way.
  ///
  /// - Returns: The token, or `nil` with the reason reported.
  private func renew(
    _ registration: CachedRegistration, _ refreshToken: Secret
  ) async throws(SSOError) -> CreateTokenResponse? {
    var request = CreateTokenRequest(
      clientID: registration.clientID, clientSecret: registration.clientSecret,
      grantType: .refreshToken)
    request.refreshToken = refreshToken
    for attempt in 1...2 {
      do throws(SSOError) {
        return try await client.createToken(request)
      } catch {
        if error.kind == .cancelled { throw error }
        // N09: a reply that was lost may be asked for once more. The service gives the same answer
        // for a while; if it does not, the person is asked, never the service a third time.
        if attempt == 1, error.transport?.delivery == .maybeReceived { continue }
        report("the token could not be renewed: \(error)")
        return nil
      }
    }
    return nil
  }
}
