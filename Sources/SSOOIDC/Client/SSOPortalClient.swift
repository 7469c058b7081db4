//  SSOPortalClient.swift - the access portal for Swift programs: typed calls.

internal import StrictJSON

/// Lists accounts and roles, fetches role credentials, ends sessions.
public struct SSOPortalClient: Sendable {
  /// The client behind the types, for calls by name.
  public let service: ServiceClient

  /// Makes a client that asks through `service`.
  public init(_ service: ServiceClient) { self.service = service }

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - configuration: Endpoint, retries, limits.
  ///   - transport: Sends the requests.
  ///   - clock: Measures and waits.
  ///   - randomness: Seeds invocation ids and jitter, once.
  public init(
    _ configuration: ClientConfiguration, transport: any HTTPTransport, clock: any WorldClock,
    randomness: any WorldRandomness
  ) {
    self.init(
      ServiceClient(configuration, transport: transport, clock: clock, randomness: randomness))
  }

  /// Lists one page of the accounts a user may enter.
  ///
  /// - Parameters:
  ///   - accessToken: Of ``SSOOIDCClient/createToken(_:)``.
  ///   - maximum: Accounts on the page, 1 to 100; the service chooses unless told.
  ///   - nextToken: ``Page/nextToken`` of the page before.
  /// - Returns: The page.
  /// - Throws: ``SSOError``; ``SSOError/Code/unauthorized`` for a token that has ended.
  /// - SeeAlso: [ListAccounts](https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccounts.html)
  public func listAccounts(
    accessToken: Secret, maximum: Int? = nil, nextToken: String? = nil
  ) async throws(SSOError) -> Page<AccountInfo> {
    let input = members(accessToken, maximum: maximum, nextToken: nextToken)
    let output = try await service.call(.listAccounts, input)
    return Page(output, list: "accountList", AccountInfo.init)
  }

  /// Lists one page of the roles a user has in an account.
  ///
  /// - Parameters:
  ///   - accountID: Twelve digits.
  ///   - accessToken: Of ``SSOOIDCClient/createToken(_:)``.
  ///   - maximum: Roles on the page, 1 to 100; the service chooses unless told.
  ///   - nextToken: ``Page/nextToken`` of the page before.
  /// - Returns: The page.
  /// - Throws: ``SSOError``.
  /// - SeeAlso: [ListAccountRoles](https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_ListAccountRoles.html)
  public func listAccountRoles(
    accountID: String, accessToken: Secret, maximum: Int? = nil, nextToken: String? = nil
  ) async throws(SSOError) -> Page<RoleInfo> {
    var input = members(accessToken, maximum: maximum, nextToken: nextToken)
    input.set("accountId", accountID)
    let output = try await service.call(.listAccountRoles, input)
    return Page(output, list: "roleList", RoleInfo.init)
  }

  /// Lists all accounts a user may enter, page after page.
  ///
  /// - Parameter accessToken: Of ``SSOOIDCClient/createToken(_:)``.
  /// - Returns: The accounts in the service's order.
  /// - Throws: ``SSOError``.
  public func allAccounts(accessToken: Secret) async throws(SSOError) -> [AccountInfo] {
    try await service.all(.listAccounts, members(accessToken))
      .compactMap { $0.asObject.map(AccountInfo.init) }
  }

  /// Lists all roles a user has in an account, page after page.
  ///
  /// - Parameters:
  ///   - accountID: Twelve digits.
  ///   - accessToken: Of ``SSOOIDCClient/createToken(_:)``.
  /// - Returns: The roles in the service's order.
  /// - Throws: ``SSOError``.
  public func allAccountRoles(
    accountID: String, accessToken: Secret
  ) async throws(SSOError) -> [RoleInfo] {
    var input = members(accessToken)
    input.set("accountId", accountID)
    return try await service.all(.listAccountRoles, input)
      .compactMap { $0.asObject.map(RoleInfo.init) }
  }

  /// Fetches credentials of a role.
  ///
  /// - Parameters:
  ///   - accountID: Twelve digits.
  ///   - roleName: As ``listAccountRoles(accountID:accessToken:maximum:nextToken:)`` names it.
  ///   - accessToken: Of ``SSOOIDCClient/createToken(_:)``.
  /// - Returns: The credentials.
  /// - Throws: ``SSOError``; ``SSOError/Code/forbidden`` for a role the user does not have.
  /// - SeeAlso: [GetRoleCredentials](https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html)
  public func getRoleCredentials(
    accountID: String, roleName: String, accessToken: Secret
  ) async throws(SSOError) -> RoleCredentials {
    try await roleCredentials(
      accountID: accountID, roleName: roleName, accessToken: accessToken
    ).credentials
  }

  /// The same, and whose they are: a policy may have put another account or role in the place.
  func roleCredentials(
    accountID: String, roleName: String, accessToken: Secret
  ) async throws(SSOError) -> (credentials: RoleCredentials, accountID: String, roleName: String) {
    var input: JSONObject = ["roleName": .string(roleName), "accountId": .string(accountID)]
    input.set("accessToken", accessToken)
    let (sent, output) = try await service.exchange(.getRoleCredentials, input)
    return (
      RoleCredentials(output["roleCredentials"]?.asObject ?? JSONObject()),
      sent["accountId"]?.asString ?? accountID, sent["roleName"]?.asString ?? roleName
    )
  }

  /// Ends the session of a token.
  ///
  /// - Parameter accessToken: Of ``SSOOIDCClient/createToken(_:)``; invalid afterwards.
  /// - Throws: ``SSOError``; ``SSOError/Code/unauthorized`` when it had ended before.
  /// - SeeAlso: [Logout](https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_Logout.html)
  public func logout(accessToken: Secret) async throws(SSOError) {
    _ = try await service.call(.logout, members(accessToken))
  }

  private func members(
    _ accessToken: Secret, maximum: Int? = nil, nextToken: String? = nil
  ) -> JSONObject {
    var members = JSONObject()
    if let maximum { members["maxResults"] = .integer(Int64(maximum)) }
    members.set("accessToken", accessToken)
    members.set("nextToken", nextToken)
    return members
  }
}
