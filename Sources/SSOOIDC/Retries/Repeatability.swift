//  Repeatability.swift - may this call be sent twice?
//
//  Knows: the house rule: a request is repeated if it never left, or if repeating is harmless.

internal import StrictJSON

extension Operation {
  /// Whether a call with these members may be sent again though the service may have acted on it.
  ///
  /// A device code may be asked again. An authorization code, a refresh token, an assertion may
  /// be spent by the first call: what then follows is for the caller to decide.
  func mayRepeat(_ input: JSONObject) -> Bool {
    repetition == .harmless || input["grantType"]?.asString == GrantType.deviceCode.rawValue
  }
}

/// The kinds of grants a token is given for.
public struct GrantType: Sendable, Hashable {
  /// The value on the wire.
  public let rawValue: String

  /// Makes a grant type; unknown ones pass through to the service.
  public init(_ rawValue: String) { self.rawValue = rawValue }

  /// A person confirms a code on another device (RFC 8628).
  public static let deviceCode = Self("urn:ietf:params:oauth:grant-type:device_code")
  /// A browser comes back with a code (RFC 6749 section 4.1).
  public static let authorizationCode = Self("authorization_code")
  /// An old token is renewed (RFC 6749 section 6).
  public static let refreshToken = Self("refresh_token")
  /// A trusted issuer's token is exchanged; only with IAM (RFC 7523).
  public static let jwtBearer = Self("urn:ietf:params:oauth:grant-type:jwt-bearer")
  /// A token is exchanged for another; only with IAM (RFC 8693).
  public static let tokenExchange = Self("urn:ietf:params:oauth:grant-type:token-exchange")
}
