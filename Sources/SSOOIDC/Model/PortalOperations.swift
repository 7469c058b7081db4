//  PortalOperations.swift - the four operations of the sso portal, 2019-06-10.
//
//  Compared with AWS's model, member by member, by `OperationTableTests`.

extension Operation {
  /// Gives the credentials of a role, for an access token.
  public static let getRoleCredentials = Operation(
    name: "GetRoleCredentials", service: .portal, method: "GET", path: "/federation/credentials",
    input: [
      Member("roleName", .string, .required, in: .query, as: "role_name"),
      Member("accountId", .string, .required, in: .query, as: "account_id"),
      bearerToken,
    ],
    output: [Member("roleCredentials", .structure(roleCredentials), .expected)],
    errors: portalErrors + ["ResourceNotFoundException"],
    paginator: nil, isSigned: false, repetition: .harmless)

  /// Lists the roles of an account, page by page.
  public static let listAccountRoles = Operation(
    name: "ListAccountRoles", service: .portal, method: "GET", path: "/assignment/roles",
    input: [
      nextToken, maxResults, bearerToken,
      Member("accountId", .string, .required, in: .query, as: "account_id"),
    ],
    output: [
      Member("nextToken"),
      Member(
        "roleList", .list(.structure([Member("roleName"), Member("accountId")])), .expected),
    ],
    errors: portalErrors + ["ResourceNotFoundException"],
    paginator: paginator(of: "roleList"), isSigned: false, repetition: .harmless)

  /// Lists the accounts a user may enter, page by page.
  public static let listAccounts = Operation(
    name: "ListAccounts", service: .portal, method: "GET", path: "/assignment/accounts",
    input: [nextToken, maxResults, bearerToken],
    output: [
      Member("nextToken"),
      Member(
        "accountList",
        .list(.structure([Member("accountId"), Member("accountName"), Member("emailAddress")])),
        .expected),
    ],
    errors: portalErrors + ["ResourceNotFoundException"],
    paginator: paginator(of: "accountList"), isSigned: false, repetition: .harmless)

  /// Ends the session of an access token.
  public static let logout = Operation(
    name: "Logout", service: .portal, method: "POST", path: "/logout", input: [bearerToken],
    output: [], errors: portalErrors, paginator: nil, isSigned: false, repetition: .harmless)

  /// Every operation, the OIDC service first.
  public static let all = [
    registerClient, startDeviceAuthorization, createToken, createTokenWithIAM,
    getRoleCredentials, listAccountRoles, listAccounts, logout,
  ]

  private static let bearerToken = Member(
    "accessToken", .string, .required, .sensitive, in: .header, as: "x-amz-sso_bearer_token")
  private static let nextToken = Member("nextToken", in: .query, as: "next_token")
  private static let maxResults = Member(
    "maxResults", .integer, in: .query, as: "max_result", minimum: 1)

  private static let roleCredentials = [
    Member("accessKeyId", .string, .expected, format: .token),
    Member("secretAccessKey", .string, .expected, .sensitive, format: .token),
    Member("sessionToken", .string, .expected, .sensitive, format: .token),
    Member("expiration", .long),
  ]

  private static let portalErrors = [
    "InvalidRequestException", "UnauthorizedException", "TooManyRequestsException",
  ]

  private static func paginator(of resultKey: String) -> Paginator {
    Paginator(
      inputToken: "nextToken", outputToken: "nextToken", limitKey: "maxResults",
      resultKey: resultKey)
  }
}
