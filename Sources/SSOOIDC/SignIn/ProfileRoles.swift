//  ProfileRoles.swift - the roles that the profiles of a config file name, by session. Pure.
//
//  Knows: which profiles are of one session, by bytes, as the names of the cache's files are made.

/// The roles of all profiles, to be found by their sessions.
public struct ProfileRoles: Sendable {
  private var roles: [SessionKey: [(accountID: String, roleName: String)]] = [:]

  /// Reads each profile once; those that cannot be used name no role.
  public init(_ config: AWSConfig) {
    var seen: [SessionKey: Set<[String]>] = [:]
    for section in config.profiles {
      guard let profile = try? SignInTarget.profile(section.name, in: config),
        let account = profile.accountID, let role = profile.roleName
      else { continue }
      let session = SessionKey(profile)
      guard seen[session, default: []].insert([account, role]).inserted else { continue }
      roles[session, default: []].append((account, role))
    }
  }

  /// Those of a session, each once, in the file's order.
  public subscript(session: SignInTarget) -> [(accountID: String, roleName: String)] {
    roles[SessionKey(session)] ?? []
  }
}

/// What tells one session from another.
private struct SessionKey: Hashable {
  let name: AWSConfig.Key
  let startURL: AWSConfig.Key

  init(_ target: SignInTarget) {
    name = AWSConfig.Key(target.sessionName ?? "")
    startURL = AWSConfig.Key(target.startURL)
  }
}

extension SignInTarget {
  /// Whether both share one login.
  package func isOfSameSession(as other: SignInTarget) -> Bool {
    SessionKey(self) == SessionKey(other)
  }
}
