//  RoleSignIn.swift - keys of a role with as little trouble as possible: cached, or from the portal.
//
//  Knows: when cached keys are good enough, that only one process of the user asks for new ones.
//  Does not know: how a token is had (the caller's closure), who uses the keys.

/// Gets credentials of one role.
public struct RoleSignIn: Sendable {
  /// Where credentials came from.
  public enum Source: String, Sendable {
    /// They were cached and are good for a while.
    case cache
    /// The portal gave them.
    case portal
  }

  /// With less than this left new ones are asked for, as the AWS CLI does.
  public static let window = Duration.seconds(15 * 60)

  /// The role; account and role name are there.
  public let target: SignInTarget
  private let item: CacheItem
  private let accountID: String
  private let roleName: String
  private let cache: SignInCache
  private let portal: SSOPortalClient
  private let report: @Sendable (String) -> Void

  /// Prepares to get credentials.
  ///
  /// - Parameters:
  ///   - target: Which role where.
  ///   - cache: Where credentials are kept.
  ///   - portal: Gives them.
  ///   - report: Takes a line for a person: why older keys are used.
  /// - Throws: ``SSOError/Code/invalidConfiguration`` when account or role are missing.
  public init(
    _ target: SignInTarget, cache: SignInCache, portal: SSOPortalClient,
    report: @escaping @Sendable (String) -> Void
  ) throws(SSOError) {
    guard let item = target.credentialsItem, let account = target.accountID,
      let role = target.roleName
    else {
      throw Self.lacks(account: target.accountID == nil, role: target.roleName == nil)
    }
    self.target = target
    self.item = item
    (accountID, roleName) = (account, role)
    self.cache = cache
    self.portal = portal
    self.report = report
  }

  /// Names the arguments of scripts, the options of the command and the keys of the config file.
  private static func lacks(account: Bool, role: Bool) -> SSOError {
    let missing =
      (account ? [("account", "account_id", "--account-id")] : [])
      + (role ? [("role", "role_name", "--role-name")] : [])
    let list = { (words: [String]) in words.joined(separator: " and ") }
    let (what, verb) = (list(missing.map(\.0)), missing.count == 1 ? "is" : "are")
    let (arguments, options) = (list(missing.map(\.1)), list(missing.map(\.2)))
    let keys = list(missing.map { "sso_\($0.1)" })
    return SSOError(
      .invalidConfiguration, .validation,
      "nobody said which \(what) \(verb) wanted: name \(arguments) (\(options)), or \(keys) in the profile"
    )
  }

  /// Gives credentials.
  ///
  /// - Parameters:
  ///   - force: Whether cached ones are passed over.
  ///   - onWait: Called when another process is at it.
  ///   - oidc: Where `token` may renew or sign in: who waited takes a failure to reach it from who tried.
  ///   - token: Gives a valid token; asked for another one, once, when the portal refuses the first,
  ///     which it is then told.
  /// - Returns: The credentials and where they came from.
  /// - Throws: What `token` throws, or the portal's error.
  public func credentials(
    force: Bool = false, onWait: @Sendable () -> Void = {}, oidc: ServiceClient? = nil,
    token: (_ refused: Secret?) async throws(SSOError) -> Secret
  ) async throws(SSOError) -> (credentials: CachedCredentials, source: Source) {
    try await portal.service.judge?.begin(target)
    if !force, let kept = await kept(longerThan: Self.window) { return (kept, .cache) }
    let wait = LockWait(at: portal.service.clock.now)
    return try await cache.withLock(
      on: item,
      onWait: {
        wait.begin()
        onWait()
      }
    ) { () async throws(SSOError) in
      if !force, let kept = await kept(longerThan: Self.window) { return (kept, .cache) }
      do throws(SSOError) {
        let services = [portal.service] + [oidc].compactMap { $0 }
        let new = try await cache.asking(services, for: item, after: wait) {
          () async throws(SSOError) in
          try await SSOPortalClient.withToken(token) { token throws(SSOError) in
            try await fetch(with: token)
          }
        }
        return (new, .portal)
      } catch {
        guard !force, error.kind != .cancelled, error.kind != .permission,
          let kept = await kept(longerThan: .zero)
        else { throw error }
        report("older credentials are used until \(kept.expiration.rfc3339): \(error)")
        return (kept, .cache)
      }
    }
  }

  private func kept(longerThan span: Duration) async -> CachedCredentials? {
    let now = portal.service.clock.now
    guard let found = await cache.credentials(for: target, at: now + span),
      portal.service.judge?.isTooLong(until: found.expiration, at: now) != true
    else { return nil }
    return found
  }

  private func fetch(with token: Secret) async throws(SSOError) -> CachedCredentials {
    let isCached = await isCached(token)
    let (found, account, role) = try await portal.roleCredentials(
      accountID: accountID, roleName: roleName, accessToken: token)
    guard let expiration = found.expiration else {
      throw SSOError(
        .invalidResponse, .parse, "the credentials have no expiration",
        operation: "GetRoleCredentials", host: portal.service.endpoint.host)
    }
    let now = portal.service.clock.now
    guard expiration > now else {
      throw SSOError(
        .invalidResponse, .parse,
        "the credentials ended at \(expiration.rfc3339), and here it is \(now.rfc3339): a clock is "
          + "wrong", operation: "GetRoleCredentials", host: portal.service.endpoint.host)
    }
    var owner = target
    (owner.accountID, owner.roleName) = (account, role)
    let credentials = CachedCredentials(found.keys, expiration: expiration, target: owner)
    // Under the name of the role that was asked for, others would take them for what they are not.
    guard owner == target else { return credentials }
    if isCached {
      await keep(credentials, of: token)
    } else {
      await cache.keep(credentials, for: target)
    }
    return credentials
  }

  private func isCached(_ token: Secret) async -> Bool {
    guard case .content(let kept) = await cache.lasting.findToken(of: target) else { return false }
    return kept.accessToken == token
  }

  /// Keeps credentials unless their session was ended meanwhile: whoever ends it forgets the token first and
  /// the roles after it, so that these are seen there, or the token is missed here.
  private func keep(_ credentials: CachedCredentials, of token: Secret) async {
    guard await isCached(token) else { return }
    await cache.keep(credentials, for: target)
    if !(await isCached(token)) { await cache.takeBackCredentials(of: target) }
  }
}
