//  SignInHooks.swift - who hears of a sign-in while it goes on.

/// What a person is shown.
public enum Verification: Sendable, Equatable {
  /// A code to compare, and the page for it.
  case device(StartDeviceAuthorizationResponse)
  /// A page that comes back to this machine.
  case browser(authorizeURL: String)
}

/// Hears of each step of a sign-in.
///
/// ``onVerification(_:)`` and ``onToken(_:_:)`` may end it by throwing; the others only listen.
public protocol SignInHooks: Sendable {
  /// The person has been shown where to go.
  ///
  /// - Returns: Whether a browser may be opened.
  func onVerification(_ verification: Verification) async throws(SSOError) -> Bool
  /// Nobody has confirmed yet.
  ///
  /// - Parameters:
  ///   - left: Until the code ends.
  ///   - pause: Until the next look.
  func onPoll(left: Duration, pause: Duration) async
  /// There is a token, from wherever.
  func onToken(_ token: CachedToken, _ source: SignIn.Source) async throws(SSOError)
  /// A token was renewed.
  func onRefresh(_ token: CachedToken) async
  /// The token ends within a quarter of an hour, and will not be renewed before.
  func onExpiring(_ token: CachedToken) async
  /// There will be no token; of a cancelled task and a wrong setting nobody hears.
  func onFailure(_ error: SSOError) async
  /// Another process or task is at it. Must not take long.
  func onWait()
}

extension SignInHooks {
  /// Lets the browser open.
  public func onVerification(_ verification: Verification) async throws(SSOError) -> Bool { true }
  /// Does nothing.
  public func onPoll(left: Duration, pause: Duration) async {}
  /// Does nothing.
  public func onToken(_ token: CachedToken, _ source: SignIn.Source) async throws(SSOError) {}
  /// Does nothing.
  public func onRefresh(_ token: CachedToken) async {}
  /// Does nothing.
  public func onExpiring(_ token: CachedToken) async {}
  /// Does nothing.
  public func onFailure(_ error: SSOError) async {}
  /// Does nothing.
  public func onWait() {}
}

/// Nobody listens.
public struct NoHooks: SignInHooks {
  /// Makes them.
  public init() {}
}
