//  ErrorShape.swift - the modelled errors of both services, as data.
//
//  Knows: name, status and OAuth word of each. What to do next: SSOError+Codes.

/// One modelled error.
public struct ErrorShape: Sendable, Equatable {
  /// AWS's name, `SlowDownException`.
  public let name: String
  /// The HTTP status it comes with.
  public let status: Int
  /// The word OAuth has for it (`slow_down`); the portal has none.
  public let word: String?
  /// The members of its body.
  public let members: [String]

  /// The errors of the OIDC service.
  public static let oidc = [
    oauth("AccessDeniedException", "access_denied", more: ["reason"]),
    oauth("AuthorizationPendingException", "authorization_pending"),
    oauth("ExpiredTokenException", "expired_token"),
    oauth("InternalServerException", "server_error", status: 500),
    oauth("InvalidClientException", "invalid_client", status: 401),
    oauth("InvalidClientMetadataException", "invalid_client_metadata"),
    oauth("InvalidGrantException", "invalid_grant"),
    oauth("InvalidRedirectUriException", "invalid_redirect_uri"),
    oauth("InvalidRequestException", "invalid_request", more: ["reason"]),
    oauth("InvalidRequestRegionException", "invalid_request", more: ["endpoint", "region"]),
    oauth("InvalidScopeException", "invalid_scope"),
    oauth("SlowDownException", "slow_down"),
    oauth("UnauthorizedClientException", "unauthorized_client"),
    oauth("UnsupportedGrantTypeException", "unsupported_grant_type"),
  ]

  /// The errors of the portal.
  public static let portal = [
    ErrorShape(
      name: "InvalidRequestException", status: 400, word: nil, members: ["message"]),
    ErrorShape(
      name: "ResourceNotFoundException", status: 404, word: nil, members: ["message"]),
    ErrorShape(
      name: "TooManyRequestsException", status: 429, word: nil, members: ["message"]),
    ErrorShape(name: "UnauthorizedException", status: 401, word: nil, members: ["message"]),
  ]

  private static func oauth(
    _ name: String, _ word: String, status: Int = 400, more: [String] = []
  ) -> Self {
    ErrorShape(
      name: name, status: status, word: word, members: ["error", "error_description"] + more)
  }
}
