//  SignOut.swift - ends a session: at the service, then in the cache.

/// How a session was ended.
public struct SignOut: Sendable {
  /// Which session.
  public let target: SignInTarget
  /// Why the service did not confirm; `nil` when it did.
  public let obstacle: SSOError?

  /// Ends a session.
  ///
  /// The cache is cleared whatever the service says: nothing here opens anything any more. A token
  /// the service does not know any more has ended as well.
  ///
  /// - Parameters:
  ///   - target: Which session.
  ///   - roles: The roles whose credentials are forgotten, too.
  ///   - cache: Where they are kept.
  ///   - portal: Ends the session.
  /// - Returns: How it went; `nil` when nobody was signed in.
  /// - Throws: ``SSOError/Code/cancelled``.
  public static func end(
    _ target: SignInTarget, roles: [(accountID: String, roleName: String)],
    in cache: SignInCache, portal: SSOPortalClient
  ) async throws(SSOError) -> SignOut? {
    var obstacle: SSOError?
    let token = await cache.token(for: target)
    if let token {
      do throws(SSOError) {
        try await portal.logout(accessToken: token.accessToken)
      } catch {
        if error.kind == .cancelled { throw error }
        obstacle = error.code == .unauthorized ? nil : error
      }
    }
    await cache.forgetToken(of: target)
    await cache.forgetRoles(of: target, roles)
    return token.map { _ in SignOut(target: target, obstacle: obstacle) }
  }

  private init(target: SignInTarget, obstacle: SSOError?) {
    self.target = target
    self.obstacle = obstacle
  }
}
