//  SignInCache+Roles.swift - the credentials of all roles of one session.
//
//  Knows: names of credentials are hashes, so a session's are found by what stands in them, or by the
//  roles that somebody can name.

/// A role whose credentials are kept.
public struct CachedRole: Sendable, Equatable {
  /// The account.
  public let accountID: String
  /// The role.
  public let roleName: String
  /// When the credentials end.
  public let expiresAt: Timestamp
}

extension SignInCache {
  /// The roles of a session with credentials that have not ended.
  ///
  /// - Parameters:
  ///   - session: Which session.
  ///   - named: Roles that somebody can name; AWS's tools do not write down whose credentials are.
  ///   - now: Calendar time.
  /// - Returns: Each role once, by account and role.
  public func roles(
    of session: SignInTarget, _ named: [(accountID: String, roleName: String)], at now: Timestamp
  ) async -> [CachedRole] {
    var found: [CachedRole] = []
    for item in await items(of: session, named) {
      guard
        let kept = await read(item, { bytes throws(CacheDamage) in try CachedCredentials(bytes) }),
        kept.expiration > now, let account = kept.accountID ?? item.target.accountID,
        let role = item.target.roleName ?? kept.roleName
      else { continue }
      found.append(CachedRole(accountID: account, roleName: role, expiresAt: kept.expiration))
    }
    return found.sorted { ($0.accountID, $0.roleName) < ($1.accountID, $1.roleName) }
  }

  /// Forgets the credentials of all roles of a session.
  ///
  /// - Parameters:
  ///   - session: Which session.
  ///   - named: Roles that somebody can name.
  /// - Returns: Why some are still there; `nil` when all are gone.
  @discardableResult
  public func forgetRoles(
    of session: SignInTarget, _ named: [(accountID: String, roleName: String)]
  ) async -> String? {
    var reason: String?
    for item in await items(of: session, named) { reason = await remove(item) ?? reason }
    return reason
  }

  private func items(
    of session: SignInTarget, _ named: [(accountID: String, roleName: String)]
  ) async -> [CacheItem] {
    var items = named.compactMap { session.role($0.accountID, $0.roleName).credentialsItem }
    let names = (try? await store.names(in: .credentials)) ?? []
    for name in names where !items.contains(where: { $0.name == name }) {
      // Strangers' files are looked at, and nothing else.
      guard case .content(let bytes) = await look(name, in: .credentials),
        let kept = try? CachedCredentials(bytes), kept.belongs(to: session)
      else { continue }
      items.append(CacheItem(.credentials, name: name, target: session.role(nil, nil)))
    }
    for left in await store.remains(in: .credentials)
    where !items.contains(where: { $0.name == left.name }) {
      guard let kept = try? CachedCredentials(left.bytes), kept.belongs(to: session) else {
        continue
      }
      items.append(CacheItem(.credentials, name: left.name, target: session.role(nil, nil)))
    }
    return items
  }
}

extension SignInTarget {
  /// The same session with this role.
  fileprivate func role(_ accountID: String?, _ roleName: String?) -> SignInTarget {
    var target = self
    target.accountID = accountID
    target.roleName = roleName
    return target
  }
}
