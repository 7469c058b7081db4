//  OIDCOperations.swift - the four operations of sso-oidc, 2019-06-10.
//
//  Compared with AWS's model, member by member, by `OperationTableTests`.

extension Operation {
  /// Registers a client, for 90 days.
  public static let registerClient = Operation(
    name: "RegisterClient", service: .oidc, method: "POST", path: "/client/register",
    input: [
      Member("clientName", .string, .required),
      Member("clientType", .string, .required),
      Member("scopes", .list(.string)),
      Member("redirectUris", .list(.string)),
      Member("grantTypes", .list(.string)),
      Member("issuerUrl"),
      Member("entitledApplicationArn"),
    ],
    output: [
      Member("clientId", .string, .expected, format: .token),
      Member("clientSecret", .string, .expected, .sensitive, format: .token),
      Member("clientIdIssuedAt", .long),
      Member("clientSecretExpiresAt", .long),
      Member("authorizationEndpoint", format: .link),
      Member("tokenEndpoint", format: .link),
    ],
    errors: [
      "InvalidRequestException", "InvalidScopeException", "InvalidClientMetadataException",
      "InternalServerException", "InvalidRedirectUriException", "UnsupportedGrantTypeException",
      "SlowDownException",
    ],
    paginator: nil, isSigned: false, repetition: .harmless)

  /// Asks for a device code and the code that a person confirms.
  public static let startDeviceAuthorization = Operation(
    name: "StartDeviceAuthorization", service: .oidc, method: "POST",
    path: "/device_authorization",
    input: [
      Member("clientId", .string, .required),
      Member("clientSecret", .string, .required, .sensitive),
      Member("startUrl", .string, .required),
    ],
    output: [
      Member("deviceCode", .string, .expected, .secretInPractice, format: .token),
      Member("userCode", .string, .expected, format: .userCode),
      Member("verificationUri", .string, .expected, format: .link),
      Member("verificationUriComplete", format: .link),
      Member("expiresIn", .integer, format: .lifetime),
      Member("interval", .integer, format: .interval),
    ],
    errors: [
      "InvalidRequestException", "InvalidClientException", "UnauthorizedClientException",
      "SlowDownException", "InternalServerException",
    ],
    paginator: nil, isSigned: false, repetition: .harmless)

  /// Exchanges a device code, an authorization code or a refresh token for an access token.
  public static let createToken = Operation(
    name: "CreateToken", service: .oidc, method: "POST", path: "/token",
    input: [
      Member("clientId", .string, .required),
      Member("clientSecret", .string, .required, .sensitive),
      Member("grantType", .string, .required),
      Member("deviceCode", .string, .optional, .secretInPractice),
      Member("code", .string, .optional, .secretInPractice),
      Member("refreshToken", .string, .optional, .sensitive),
      Member("scope", .list(.string)),
      Member("redirectUri"),
      Member("codeVerifier", .string, .optional, .sensitive),
    ],
    output: tokenOutput,
    errors: tokenErrors,
    paginator: nil, isSigned: false, repetition: .byGrantType)

  /// Exchanges a grant for a token as an IAM principal; the request is signed.
  public static let createTokenWithIAM = Operation(
    name: "CreateTokenWithIAM", service: .oidc, method: "POST", path: "/token?aws_iam=t",
    input: [
      Member("clientId", .string, .required),
      Member("grantType", .string, .required),
      Member("code", .string, .optional, .secretInPractice),
      Member("refreshToken", .string, .optional, .sensitive),
      Member("assertion", .string, .optional, .sensitive),
      Member("scope", .list(.string)),
      Member("redirectUri"),
      Member("subjectToken", .string, .optional, .sensitive),
      Member("subjectTokenType"),
      Member("requestedTokenType"),
      Member("codeVerifier", .string, .optional, .sensitive),
    ],
    output: tokenOutput + [
      Member("issuedTokenType"),
      Member("scope", .list(.string)),
      Member("awsAdditionalDetails", .structure([identityContext])),
    ],
    errors: tokenErrors + ["InvalidRequestRegionException"],
    paginator: nil, isSigned: true, repetition: .byGrantType)

  private static let tokenOutput = [
    Member("accessToken", .string, .expected, .sensitive, format: .token),
    Member("tokenType", format: .bearer),
    Member("expiresIn", .integer, format: .lifetime),
    Member("refreshToken", .string, .optional, .sensitive, format: .token),
    Member("idToken", .string, .optional, .sensitive, format: .token),
  ]

  private static let identityContext =
    Member("identityContext", .string, .optional, .secretInPractice, format: .token)

  private static let tokenErrors = [
    "InvalidRequestException", "InvalidClientException", "InvalidGrantException",
    "UnauthorizedClientException", "UnsupportedGrantTypeException", "InvalidScopeException",
    "AuthorizationPendingException", "SlowDownException", "AccessDeniedException",
    "ExpiredTokenException", "InternalServerException",
  ]
}
