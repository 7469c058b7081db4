//  ClientGuard.swift - the one place where somebody else may judge what a client does.
//
//  Knows: when it is asked. Does not know: who judges by which rules (a site's policies).

public import StrictJSON

/// One call that a client is about to make, or has made.
public struct GuardedCall: Sendable {
  /// What is called.
  public let operation: Operation
  /// Its members by their AWS names.
  public var input: JSONObject
  /// Where it goes.
  public let endpoint: Endpoint
}

/// Judges what clients do.
///
/// Each method lets something happen, or throws an error that the caller gets in its place.
public protocol ClientGuard: Sendable {
  /// A call is about to be made.
  ///
  /// - Returns: The members to send.
  func before(_ call: GuardedCall) async throws(SSOError) -> JSONObject
  /// A call has succeeded.
  ///
  /// - Returns: The members that the caller gets.
  func after(_ call: GuardedCall, _ output: JSONObject) async throws(SSOError) -> JSONObject
  /// Somebody wants a token, whatever may be cached.
  func begin(_ target: SignInTarget) async throws(SSOError)
  /// A browser is about to be sent to the login page.
  func authorize(_ target: SignInTarget) async throws(SSOError)
  /// Why people may not sign in this way; `nil` when they may.
  func obstacle(to flow: SignInFlow) -> SSOError?
  /// Why nobody gets credentials of this account; `nil` when they may.
  func obstacle(toAccount id: String) -> SSOError?
  /// Why nobody gets credentials of this role; `nil` when they may.
  func obstacle(toRole name: String) -> SSOError?
  /// The longest life of tokens and credentials; `nil` when they live as long as they say.
  var lifetimeLimit: Duration? { get }
}

extension ClientGuard {
  /// Whether something cached lives longer than anything may that is new: whoever had it was not
  /// judged by this one.
  func isTooLong(until end: Timestamp, at now: Timestamp) -> Bool {
    // A minute, because the clocks of machines that share a cache differ.
    lifetimeLimit.map { end > now + $0 + .seconds(60) } ?? false
  }
}
