//  Operation.swift - which operation a request line names.

/// What the service can be asked, by AWS's names.
public enum Operation: String, Sendable, CaseIterable {
  /// A program introduces itself.
  case registerClient = "RegisterClient"
  /// A program asks for a device code and a user code.
  case startDeviceAuthorization = "StartDeviceAuthorization"
  /// A program asks for tokens.
  case createToken = "CreateToken"
  /// An application that signs its requests asks for tokens.
  case createTokenWithIAM = "CreateTokenWithIAM"
  /// The portal: which accounts the person holds.
  case listAccounts = "ListAccounts"
  /// The portal: which roles the person holds in an account.
  case listAccountRoles = "ListAccountRoles"
  /// The portal: credentials for a role.
  case getRoleCredentials = "GetRoleCredentials"
  /// The portal: the end of the session.
  case logout = "Logout"
  /// What the service can do (RFC 8414); in profile `rfc` only.
  case metadata = "Metadata"
  /// A browser at the authorization endpoint; answered by ``IdentityService/authorize(_:at:randomness:)``.
  case authorize = "Authorize"

  /// The path.
  public var path: String {
    switch self {
    case .registerClient: "/client/register"
    case .startDeviceAuthorization: "/device_authorization"
    case .createToken, .createTokenWithIAM: "/token"
    case .listAccounts: "/assignment/accounts"
    case .listAccountRoles: "/assignment/roles"
    case .getRoleCredentials: "/federation/credentials"
    case .logout: "/logout"
    case .metadata: "/.well-known/oauth-authorization-server"
    case .authorize: "/authorize"
    }
  }

  /// The method that it is asked with.
  public var method: String {
    switch self {
    case .listAccounts, .listAccountRoles, .getRoleCredentials, .metadata, .authorize: "GET"
    default: "POST"
    }
  }

  /// The methods that it is answered with: a document is asked about, too, without its body.
  var methods: [String] { self == .metadata ? ["GET", "HEAD"] : [method] }

  /// Whether it belongs to the portal, which refuses in words of its own.
  package var isPortal: Bool {
    switch self {
    case .listAccounts, .listAccountRoles, .getRoleCredentials, .logout: true
    default: false
    }
  }

  /// The operation that a request line names; those for browsers are none.
  ///
  /// - Parameters:
  ///   - path: Without query.
  ///   - query: Without `?`; `aws_iam=t` tells CreateTokenWithIAM from CreateToken.
  ///   - dialect: Metadata is the RFC's, CreateTokenWithIAM is AWS's.
  init?(path: String, query: String, _ dialect: Dialect) {
    switch path {
    case "/token":
      let isSigned = !query.isEmpty && FormParameters(query)?["aws_iam"] == "t"
      if isSigned && dialect != .aws { return nil }
      self = isSigned ? .createTokenWithIAM : .createToken
    case "/device_authorization": self = .startDeviceAuthorization
    case "/client/register": self = .registerClient
    case "/assignment/accounts": self = .listAccounts
    case "/assignment/roles": self = .listAccountRoles
    case "/federation/credentials": self = .getRoleCredentials
    case "/logout": self = .logout
    case "/.well-known/oauth-authorization-server", "/.well-known/openid-configuration":
      guard dialect == .rfc else { return nil }
      self = .metadata
    default: return nil
    }
  }
}

/// The grants by which tokens are given, by their names on the wire.
public enum GrantType: String, Sendable, CaseIterable {
  /// RFC 8628.
  case deviceCode = "urn:ietf:params:oauth:grant-type:device_code"
  /// RFC 6749 section 6.
  case refreshToken = "refresh_token"
  /// RFC 6749 section 4.1, with RFC 7636.
  case authorizationCode = "authorization_code"
  /// RFC 7523; of CreateTokenWithIAM only.
  case jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer"
  /// RFC 8693; of CreateTokenWithIAM only.
  case tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange"

  /// Those that a client may register for.
  static let registrable: [Self] = [.deviceCode, .refreshToken, .authorizationCode]
}
