//  SessionStatus.swift - what is kept of a session, layer by layer, and what it is still good for.
//
//  Knows: that a layer may live on when the one below it has ended, so that each is told by itself.

/// The three layers of one session.
public struct SessionStatus: Sendable {
  /// Which session.
  public let target: SignInTarget
  /// The token, whatever it is still good for.
  public let token: CachedToken?
  /// The registration, whatever it is still good for.
  public let registration: CachedRegistration?
  /// The roles with credentials that have not ended, by account and role.
  public let roles: [CachedRole]
  private let judge: (any ClientGuard)?
  private let now: Timestamp
  private let isBorrowed: Bool

  /// Reads what is kept.
  ///
  /// - Parameters:
  ///   - target: Which session.
  ///   - roles: Roles to look for besides those that the cache tells of.
  ///   - cache: Where to look.
  ///   - judge: Says how long something may live.
  ///   - now: Calendar time.
  public init(
    _ target: SignInTarget, roles: [(accountID: String, roleName: String)],
    in cache: SignInCache, judge: (any ClientGuard)? = nil, at now: Timestamp
  ) async {
    self.target = target
    self.judge = judge
    self.now = now
    isBorrowed = cache.isBorrowed
    token = await cache.token(for: target)
    let kept = await cache.registration(for: target)
    registration = kept ?? token?.registration
    self.roles = await cache.roles(of: target, roles, at: now)
  }

  /// Whether a token is there that lives and is taken, or that can be renewed without a person.
  public var isSignedIn: Bool {
    guard let token, isAlive else { return false }
    return obstacle == nil || objection(until: token.expiresAt) == nil
  }

  /// Whether a token is there that lives, taken or not, or that can be renewed without a person.
  public var isAlive: Bool {
    guard let token else { return false }
    return token.expiresAt > now || obstacle == nil
  }

  /// Why a token or credentials that end then count as ended before; `nil` when they do not.
  public func objection(until end: Timestamp) -> String? {
    let isTooLong = judge?.isTooLong(until: end, at: now) ?? false
    return isTooLong ? "it lives longer than the policy allows" : nil
  }

  /// Why the token cannot be renewed; `nil` when it can, or when there is none.
  public var obstacle: RefreshObstacle? {
    token?.obstacle(target, now, isBorrowed: isBorrowed)
  }
}
