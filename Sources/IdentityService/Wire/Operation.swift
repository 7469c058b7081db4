//  Operation.swift - which operation a request line names.

/// What the service can be asked, by AWS's names.
public enum Operation: String, Sendable, CaseIterable {
  /// A program introduces itself.
  case registerClient = "RegisterClient"
  /// A program asks for a device code and a user code.
  case startDeviceAuthorization = "StartDeviceAuthorization"
  /// A program asks for tokens.
  case createToken = "CreateToken"

  /// The path, always asked with POST.
  public var path: String {
    switch self {
    case .registerClient: "/client/register"
    case .startDeviceAuthorization: "/device_authorization"
    case .createToken: "/token"
    }
  }

  /// The operation at a path, if there is one.
  ///
  /// - Parameters:
  ///   - path: Without query.
  ///   - query: Without `?`; `aws_iam=t` names an operation that this service does not have.
  public init?(path: String, query: String) {
    guard query != "aws_iam=t", let match = Self.allCases.first(where: { $0.path == path })
    else { return nil }
    self = match
  }
}

/// The grants by which tokens are given, by their names on the wire.
public enum GrantType: String, Sendable, CaseIterable {
  /// RFC 8628.
  case deviceCode = "urn:ietf:params:oauth:grant-type:device_code"
  /// RFC 6749 section 6.
  case refreshToken = "refresh_token"
  /// RFC 6749 section 4.1, with RFC 7636. A client may register it; no token is given for it yet.
  case authorizationCode = "authorization_code"
}
