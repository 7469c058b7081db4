//  SignOut.swift - ends a session: at the service, then in the cache.
//
//  Knows: that nothing is forgotten that could not be ended, that a renewal that goes on would bring back
//  what was forgotten, and that a login which was killed may have left its token.

/// How a session was ended.
public struct SignOut: Sendable {
  /// How long a process that renews the token is waited for; one in which a person signs in may take
  /// longer, and what it gets is a session of its own.
  static let patience = Duration.seconds(30)

  /// Which session.
  public let target: SignInTarget
  /// Why the service did not confirm; `nil` when it did.
  public let obstacle: SSOError?
  /// Why something of the session is still kept here; `nil` when nothing is.
  public let remainder: String?

  /// Ends a session.
  ///
  /// The cache is cleared whatever the service says: nothing here opens anything any more. A token
  /// the service does not know any more has ended as well. What cannot be read cannot be ended, and
  /// stays.
  ///
  /// - Parameters:
  ///   - target: Which session.
  ///   - roles: The roles whose credentials are forgotten, too.
  ///   - cache: Where they are kept.
  ///   - portal: Ends the session; of the ``SignInCache/region(of:)`` that gave the token.
  /// - Returns: How it went; `nil` when nobody was signed in.
  /// - Throws: ``SSOError/Code/cancelled``, or ``SSOError/Code/deadlock``.
  public static func end(
    _ target: SignInTarget, roles: [(accountID: String, roleName: String)],
    in cache: SignInCache, portal: SSOPortalClient
  ) async throws(SSOError) -> SignOut? {
    var lock: (any CacheLock)?
    // Without a token there is nothing that could be renewed.
    if await cache.hasTraces(of: target) {
      let waiting = try await cache.lock(
        target.tokenItem, within: patience, of: portal.service.clock
      ) { cache.report("another process is signing in; waiting") }
      switch waiting {
      case .over(let held): lock = held
      case .vain: cache.report("another process is still signing in, and may keep what it gets")
      }
    }
    let result: Result<SignOut?, SSOError>
    do throws(SSOError) {
      result = .success(try await endUnderLock(target, roles, cache, portal))
    } catch {
      result = .failure(error)
    }
    await lock?.release()
    return try result.get()
  }

  private static func endUnderLock(
    _ target: SignInTarget, _ roles: [(accountID: String, roleName: String)],
    _ cache: SignInCache, _ portal: SSOPortalClient
  ) async throws(SSOError) -> SignOut? {
    var obstacle: SSOError?
    var remainder: String?
    let hasTraces = await cache.hasTraces(of: target)
    let found = await cache.findToken(of: target)
    var tokens = await cache.remainingTokens(of: target)
    switch found {
    case .closed(let reason): return left(target, reason: reason)
    case .content(let token): tokens.insert(token, at: 0)
    case .nothing: break
    }
    // Where one was not given nobody knows it, and would take it for one that has ended.
    for token in tokens where token.region == tokens[0].region {
      let problem = try await endAtService(token, portal)
      obstacle = obstacle ?? problem
    }
    // Who signs in at this moment keeps what could not be ended.
    if hasTraces || !tokens.isEmpty { remainder = await cache.forgetToken(of: target) }
    remainder = await cache.forgetRoles(of: target, roles) ?? remainder
    if tokens.isEmpty, remainder == nil { return nil }
    return SignOut(target: target, obstacle: obstacle, remainder: remainder)
  }

  /// Why the service did not confirm.
  private static func endAtService(
    _ token: CachedToken, _ portal: SSOPortalClient
  ) async throws(SSOError) -> SSOError? {
    do throws(SSOError) {
      try await portal.logout(accessToken: token.accessToken)
    } catch {
      if error.kind == .cancelled { throw error }
      return error.code == .unauthorized ? nil : error
    }
    return nil
  }

  /// A session that stays as it is.
  ///
  /// - Parameters:
  ///   - target: Which session.
  ///   - reason: Why, with what to do.
  /// - Returns: What is told of it.
  public static func left(_ target: SignInTarget, reason: String) -> SignOut {
    let error = SSOError(.invalidConfiguration, .validation, reason, operation: "Logout")
    return SignOut(target: target, obstacle: error, remainder: reason)
  }

  private init(target: SignInTarget, obstacle: SSOError?, remainder: String?) {
    self.target = target
    self.obstacle = obstacle
    self.remainder = remainder
  }
}
