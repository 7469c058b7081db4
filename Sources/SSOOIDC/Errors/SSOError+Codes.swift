//  SSOError+Codes.swift - the codes, and what to do after each.

extension SSOError.Code {
  // MARK: The OIDC service

  /// The person, or a policy, said no: stop; ``SSOError/reason`` tells of a KMS key that refused.
  public static let accessDenied = Self("AccessDeniedException")
  /// The person has not confirmed yet: ask again after the interval.
  public static let authorizationPending = Self("AuthorizationPendingException")
  /// The device code, or the token, is too old: start the login again.
  public static let expiredToken = Self("ExpiredTokenException")
  /// The service failed: ask again later.
  public static let internalServer = Self("InternalServerException")
  /// The registration is unknown, revoked or expired: register again and start the login again.
  public static let invalidClient = Self("InvalidClientException")
  /// The registration asks for something impossible: correct its members.
  public static let invalidClientMetadata = Self("InvalidClientMetadataException")
  /// The code or refresh token was spent, revoked or given to someone else: log in again.
  public static let invalidGrant = Self("InvalidGrantException")
  /// A redirect URI is not acceptable: use `http://127.0.0.1/…` without a port.
  public static let invalidRedirectURI = Self("InvalidRedirectUriException")
  /// A member is missing or wrong; often the start URL belongs to another region.
  public static let invalidRequest = Self("InvalidRequestException")
  /// The request belongs to another region: see ``SSOError/region``, ``SSOError/endpoint``.
  public static let invalidRequestRegion = Self("InvalidRequestRegionException")
  /// A scope is unknown or not granted: correct the list.
  public static let invalidScope = Self("InvalidScopeException")
  /// Asked too often: add five seconds to the interval, for good, then ask again.
  public static let slowDown = Self("SlowDownException")
  /// The client may not do this: check what it was registered for.
  public static let unauthorizedClient = Self("UnauthorizedClientException")
  /// The grant type is unknown to the service: check its spelling and the registration.
  public static let unsupportedGrantType = Self("UnsupportedGrantTypeException")

  // MARK: The portal

  /// The account or role does not exist.
  public static let resourceNotFound = Self("ResourceNotFoundException")
  /// Asked too often (about 20 calls a second in all): ask again later.
  public static let tooManyRequests = Self("TooManyRequestsException")
  /// The access token is not, or no longer, valid: log in again.
  public static let unauthorized = Self("UnauthorizedException")
  /// The user has no such role; sent by the portal though not in its model.
  public static let forbidden = Self("ForbiddenException")

  // MARK: Ours

  /// A member is missing, unknown or ill-typed; the message names it.
  public static let invalidParameter = Self("ParamValidationError")
  /// A setting (environment, config file, option) cannot be used; the message names it.
  public static let invalidConfiguration = Self("InvalidConfigError")
  /// The region is no valid host label, or missing.
  public static let invalidRegion = Self("InvalidRegionError")
  /// The signed operation was called without credentials.
  public static let noCredentials = Self("NoCredentialsError")
  /// The answer breaks a rule; the message names member and rule.
  public static let invalidResponse = Self("InvalidResponse")
  /// The answer is a web page: probably a captive portal; open a browser and join the network.
  public static let captivePortal = Self("CaptivePortal")
  /// The service sent the client elsewhere; redirects are not followed.
  public static let redirect = Self("UnexpectedRedirect")
  /// The same page was offered again and again, or pages had no end.
  public static let pagination = Self("PaginationError")
  /// A site's policy, a ``ClientGuard``, does not allow it; the message says by which rule.
  public static let policyRefused = Self("PolicyRefused")
  /// The caller stopped the call.
  public static let cancelled = Self("cancelled")

  /// The code of an answer that names none.
  static func status(_ status: Int) -> Self { Self("HTTP \(status)") }
}
