//  TokenState.swift - what a cached token is good for now. Pure.
//
//  Knows: botocore's windows: under 15 minutes a renewal is tried, under 10 it has to succeed; and
//  that a token with a short life is none the worse for it while it is new.

/// What to do with a cached token.
public enum TokenState: Sendable, Equatable {
  /// Use it.
  case valid
  /// Renew it; until it ends it can be used if that fails.
  case renewable(CachedRegistration, refreshToken: Secret, isUrgent: Bool)
  /// It ends within the window and cannot be renewed; use it while it lives.
  case ending(RefreshObstacle)
  /// It has ended and cannot be renewed: a person has to sign in.
  case ended(RefreshObstacle)

  /// From here on a renewal is tried; from half its life on where that is less.
  public static let window = Duration.seconds(15 * 60)
  /// From here on it has to succeed; from a third of its life on where that is less.
  public static let urgentWindow = Duration.seconds(10 * 60)
}

/// Why a token cannot be renewed.
public enum RefreshObstacle: Sendable, Equatable {
  /// A profile without `sso_session`: no AWS tool renews its token, and we keep to that.
  case noSession
  /// The token was found in the cache, and no session of the config file has it.
  case unknownSession
  /// The file lacks these members, or they cannot be used; whether the session's own scopes give none.
  case missing([String], byScopes: Bool = false)
  /// The client registration has ended.
  case registrationEnded(Timestamp)
  /// It may be others', who would lose their login: the refresh token would be used up.
  case borrowed

  /// The reason and what to do, in one line.
  public var description: String {
    switch self {
    case .noSession:
      "without an sso_session a token cannot be renewed; give its start URL and region an "
        + "[sso-session] section in the config file"
    case .unknownSession:
      "no session of the config file has this token; under its name it could be renewed"
    case .missing(let names, let byScopes):
      "the cached token cannot be renewed: it has no usable \(names.joined(separator: ", ")); "
        + (byScopes ? "add sso:account:access to the session's sso_registration_scopes and " : "")
        + "sign in again"
    case .registrationEnded(let end):
      "the client registration ended at \(end.rfc3339); sign in again"
    case .borrowed:
      "the cached token is not renewed: its store is only read, and who keeps it would lose the login"
    }
  }
}

extension CachedToken {
  /// Judges the token.
  ///
  /// - Parameters:
  ///   - target: Whose it is.
  ///   - now: Calendar time, of the service if its offset is known.
  ///   - isRefused: Whether its service does not take it: then it counts as one that has ended.
  ///   - isBorrowed: Whether it may be others', who would not get the new one.
  /// - Returns: What to do with it.
  public func state(
    for target: SignInTarget, at now: Timestamp, isRefused: Bool = false, isBorrowed: Bool = false
  ) -> TokenState {
    let end = isRefused ? now : expiresAt
    let window = renewalWindow
    guard end < now + window else { return .valid }
    guard let obstacle = obstacle(target, now, isBorrowed: isBorrowed) else {
      return renewal(isUrgent: end < now + min(TokenState.urgentWindow, window * 2 / 3))
    }
    return end > now ? .ending(obstacle) : .ended(obstacle)
  }

  /// At most half its life: else each call would renew what the one before has got, or ask a person.
  private var renewalWindow: Duration {
    guard let receivedAt, receivedAt < expiresAt else { return TokenState.window }
    return min(TokenState.window, (expiresAt - receivedAt) / 2)
  }

  func obstacle(
    _ target: SignInTarget, _ now: Timestamp, isBorrowed: Bool
  ) -> RefreshObstacle? {
    if target.sessionName == nil {
      return target.tokenFile == nil ? .noSession : .unknownSession
    }
    let missing = missingForRefresh
    if !missing.isEmpty {
      return .missing(
        missing, byScopes: missing.contains("refreshToken") && target.isNeverRenewed)
    }
    guard let registration, registration.expiresAt > now else {
      return .registrationEnded(registration?.expiresAt ?? now)
    }
    return isBorrowed ? .borrowed : nil
  }

  private func renewal(isUrgent: Bool) -> TokenState {
    guard let registration, let refreshToken else { return .ended(.missing(missingForRefresh)) }
    return .renewable(registration, refreshToken: refreshToken, isUrgent: isUrgent)
  }
}

extension SignInTarget {
  /// Whether its tokens come without a refresh token, however often one signs in.
  fileprivate var isNeverRenewed: Bool {
    scopes.map { Set($0).isDisjoint(with: SignIn.defaultScopes) } ?? false
  }
}
