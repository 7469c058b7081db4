//  PortalError.swift - what the portal refuses with: AWS's words, or RFC 6750's.

extension ServiceError {
  static let sessionUnknown = portal(
    "UnauthorizedException", "unauthorized", 401, "Session token not found or invalid")
  static let portalForbidden = portal("ForbiddenException", "forbidden", 403, "No access")
  static let portalNotFound = portal(
    "ResourceNotFoundException", "not_found", 404, "The account does not exist")
  static let portalThrottled = portal(
    "TooManyRequestsException", "too_many_requests", 429, "HTTP 429 Unknown Code")

  static func portalInvalid(_ description: String) -> Self {
    portal("InvalidRequestException", "invalid_request", 400, description)
  }

  private static func portal(
    _ shape: String, _ word: String, _ status: Int, _ description: String
  ) -> Self {
    Self(shape, word, status: status, description, style: .portal)
  }

  /// Without a token there is no error code, only the way to send one (R6750-02).
  static let bearerMissing = bearer("", 401, "An access token is required")
  static let bearerMalformed = bearer("invalid_request", 400, "The header is malformed")
  static let bearerInvalid = bearer(
    "invalid_token", 401, "The access token is unknown, expired or revoked")
  static let bearerInsufficient = bearer(
    "insufficient_scope", 403, "The access token has not the scope sso:account:access")

  private static func bearer(_ word: String, _ status: Int, _ description: String) -> Self {
    var error = Self("UnauthorizedException", word, status: status, description)
    let code = word.isEmpty ? "" : ", error=\"\(word)\", error_description=\"\(description)\""
    let value = "Bearer realm=\"sso-portal\"" + code
    error.headers = [ServiceHeader(name: .authenticate, value: value)]
    return error
  }
}
