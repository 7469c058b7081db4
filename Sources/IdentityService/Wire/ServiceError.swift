//  ServiceError.swift - every refusal, as the AWS model and RFC 6749 section 5.2 name it.
//
//  Knows: shape, OAuth word, status and text of each error (AWS-01, AWS-02, R6749-15, R6749-16).
//  Does not know: when it is due.

internal import StrictJSON

/// One refused request.
struct ServiceError: Error, Equatable {
  /// AWS's name of the exception.
  let shape: String
  /// The member `error`.
  let word: String
  let status: Int
  /// The member `error_description`: printable ASCII without quote and backslash (R6749-16); so
  /// nothing of what a client sent goes in, but for member names that StrictJSON finds plain.
  let description: String
  var headers: [ServiceHeader] = []
  /// How the body is written.
  var style = Style.oauth
  /// Members beside error and description.
  var details: JSONObject = [:]

  /// Who speaks: each part of the real service has a body of its own.
  enum Style {
    /// `error` and `error_description`, the shape in a header.
    case oauth
    /// `message` and `__type`, nothing in a header: the portal.
    case portal
    /// `message`, the shape in a header: the check of signatures in front of the service.
    case frontEnd
  }

  init(
    _ shape: String, _ word: String, status: Int = 400, _ description: String,
    style: Style = .oauth
  ) {
    self.style = style
    self.shape = shape
    self.word = word
    self.status = status
    self.description = description
  }

  static let authorizationPending = Self(
    "AuthorizationPendingException", "authorization_pending", "Authorization is still pending")
  static let slowDown = Self("SlowDownException", "slow_down", "Polling too fast")
  static let tooManyRequests = Self(
    "SlowDownException", "slow_down", "This service holds as much as it can, try again later")
  static let tooManyWrongSecrets = Self(
    "SlowDownException", "slow_down",
    "Too many wrong client secrets from this address, try again later")
  static let tooManyStarts = Self(
    "SlowDownException", "slow_down",
    "Too many registrations and device authorizations from this address, try again in a minute")
  static let accessDenied = Self(
    "AccessDeniedException", "access_denied", "The person denied the request")
  static let expiredToken = Self(
    "ExpiredTokenException", "expired_token", "The device code has expired")
  static let invalidGrant = Self(
    "InvalidGrantException", "invalid_grant", "Invalid grant provided")
  static let unsupportedGrantType = Self(
    "UnsupportedGrantTypeException", "unsupported_grant_type", "Unsupported grant type")
  static let unauthorizedClient = Self(
    "UnauthorizedClientException", "unauthorized_client",
    "The client is not registered for this grant type")
  static let internalError = Self(
    "InternalServerException", "server_error", status: 500, "Something went wrong, try again")

  /// The same in the words of the service that an operation is of.
  static func internalError(of operation: Operation) -> Self {
    var error = internalError
    if operation.isPortal { error.style = .portal }
    return error
  }

  /// The same text for unknown clients, wrong secrets and expired ones: it must teach nothing.
  static let invalidClient = Self(
    "InvalidClientException", "invalid_client", status: 401, "Invalid client provided")

  static func invalidRequest(_ description: String) -> Self {
    Self("InvalidRequestException", "invalid_request", description)
  }
  static func invalidScope(_ description: String) -> Self {
    Self("InvalidScopeException", "invalid_scope", description)
  }
  static func invalidClientMetadata(_ description: String) -> Self {
    Self("InvalidClientMetadataException", "invalid_client_metadata", description)
  }
  static func invalidRedirectURI(_ description: String) -> Self {
    Self("InvalidRedirectUriException", "invalid_redirect_uri", description)
  }

  static let unknownOperation = Self(
    "UnknownOperationException", "invalid_request", status: 404, "No operation has this path")
  static func bodyTooLarge(_ operation: Operation) -> Self {
    Self(
      "InvalidRequestException", "invalid_request", status: 413, "The request body is too large",
      style: operation.isPortal ? .portal : .oauth)
  }
  static func methodNotAllowed(_ operation: Operation) -> Self {
    var error =
      operation.isPortal
      ? Self(
        "MethodNotAllowedException", "invalid_request", status: 405, "Method not allowed",
        style: .portal)
      : Self(
        "InvalidRequestException", "invalid_request", status: 405,
        "\(operation.rawValue) is asked with \(operation.methods.joined(separator: " or "))")
    error.headers = [ServiceHeader(name: .allow, value: operation.methods.joined(separator: ", "))]
    return error
  }

  /// How a client that could not authenticate might: RFC 6749 section 5.2 asks for this when it used
  /// the `Authorization` header (R6749-15), RFC 9110 section 15.5.2 with every 401.
  func answering(_ request: ServiceRequest, _ dialect: Dialect) -> Self {
    guard word == "invalid_client",
      dialect == .rfc || request.headers["authorization"] != nil
    else { return self }
    var error = self
    error.headers.append(ServiceHeader(name: .authenticate, value: "Basic realm=\"sso-oidc\""))
    return error
  }
}
