//  Portal.swift - the access portal: accounts, roles, credentials, logout (AWS-09).
//
//  Knows: who may see what, by the directory and an access token.
//  Does not know: pages of lists (PageCursor), what credentials look like (RoleCredentials).

internal import StrictJSON

extension IdentityService {
  mutating func portal(
    _ operation: Operation, _ request: ServiceRequest, _ facts: inout ExchangeFacts,
    at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> ServiceReply {
    guard takePortalTurn(at: time) else { throw .portalThrottled }
    try refuseTokens(inURLOf: request, of: operation, &facts)
    guard let query = FormParameters(request.query), query.repeated.isEmpty else {
      throw .portalInvalid("The query is not well formed, or has a parameter twice")
    }
    let (token, family) = try session(request, &facts, at: time)
    if operation != .logout { try checkScope(token, &facts) }
    let person = configuration.directory.person(named: family.person)
    let members: JSONObject
    switch operation {
    case .logout:
      record(.familyRevoked(family.id))
      return .empty(facts: facts)
    case .listAccountRoles: members = try roles(of: person, query)
    case .getRoleCredentials:
      members = try credentials(for: person, query, at: time, randomness)
    default: members = try accounts(of: person, query)
    }
    return .success(members, .aws, facts: facts)
  }

  /// The access token and the sign-in behind it.
  private func session(
    _ request: ServiceRequest, _ facts: inout ExchangeFacts, at time: ServiceTime
  ) throws(ServiceError) -> (AccessToken, TokenFamily) {
    let isBearer = configuration.profile.portalToken == .bearer
    let sent = isBearer ? try request.bearerToken() : request.headers["x-amz-sso_bearer_token"]
    guard let sent, !sent.isEmpty else {
      throw isBearer ? .bearerMissing : .sessionUnknown
    }
    guard let token = state.accessTokens[SecretHash(of: sent)],
      let family = state.families[token.familyID], time < token.expires, time < family.ends
    else {
      facts.cause = .refusedToken
      throw isBearer ? .bearerInvalid : .sessionUnknown
    }
    facts.clientID = family.clientID
    return (token, family)
  }

  private func accounts(
    of person: Person?, _ query: FormParameters
  ) throws(ServiceError) -> JSONObject {
    let held = configuration.directory.accounts.filter { person?.roles[$0.id] != nil }
    let page = try PageCursor(query, of: "accounts").page(of: held)
    let list = page.elements.map { account -> JSON in
      [
        "accountId": .string(account.id), "accountName": .string(account.name),
        "emailAddress": .string(account.email),
      ]
    }
    return ["accountList": .array(list), "nextToken": page.next.map(JSON.string) ?? .null]
  }

  private func roles(
    of person: Person?, _ query: FormParameters
  ) throws(ServiceError) -> JSONObject {
    let (id, held) = try roleNames(of: person, query)
    let page = try PageCursor(query, of: "roles of \(id)").page(of: held)
    let list = page.elements.map { name -> JSON in
      ["accountId": .string(id), "roleName": .string(name)]
    }
    return ["nextToken": page.next.map(JSON.string) ?? .null, "roleList": .array(list)]
  }

  private func credentials(
    for person: Person?, _ query: FormParameters, at time: ServiceTime, _ randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    guard let role = query["role_name"] else { throw .portalInvalid("role_name is required") }
    let (_, held) = try roleNames(of: person, query)
    guard held.contains(role) else { throw .portalForbidden }
    let ends = time + configuration.roleLifetime
    return ["roleCredentials": RoleCredentials(randomness).json(expires: ends)]
  }

  private func roleNames(
    of person: Person?, _ query: FormParameters
  ) throws(ServiceError) -> (account: String, roles: [String]) {
    guard let id = query["account_id"] else { throw .portalInvalid("account_id is required") }
    guard id.utf8.count == 12, id.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw .portalInvalid("account_id is not twelve digits")
    }
    guard configuration.directory.account(id) != nil else { throw .portalNotFound }
    guard let roles = person?.roles[id] else { throw .portalForbidden }
    return (id, roles)
  }

  /// Tokens without scopes are good for the portal, others need its scope (R6750-03).
  private func checkScope(
    _ token: AccessToken, _ facts: inout ExchangeFacts
  ) throws(ServiceError) {
    guard token.scopes.isEmpty || token.scopes.contains("sso:account:access") else {
      facts.cause = .refusedToken
      throw configuration.profile.portalToken == .bearer ? .bearerInsufficient : .portalForbidden
    }
  }
}

extension ServiceRequest {
  /// The token in `Authorization: Bearer` (R6750-01).
  fileprivate func bearerToken() throws(ServiceError) -> String? {
    guard let header = headers["authorization"] else { return nil }
    let parts = header.split(separator: " ")
    guard parts.first?.lowercased() == "bearer" else { return nil }
    guard parts.count == 2 else { throw .bearerMalformed }
    return String(parts[1])
  }
}
