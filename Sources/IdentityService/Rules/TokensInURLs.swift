//  TokensInURLs.swift - tokens where logs and histories see them (R6750-04).
//
//  Knows: the names under which a client may put one into a query.
//  Does not know: whether it is a good one: that is not looked at.

extension IdentityService {
  /// Refuses a request with a token in its query, which is a fault of the client.
  func refuseTokens(
    inURLOf request: ServiceRequest, of operation: Operation, _ facts: inout ExchangeFacts
  ) throws(ServiceError) {
    guard !request.query.isEmpty,
      !Self.tokenNames(operation).isDisjoint(with: Self.names(in: request.query))
    else { return }
    facts.audit = .tokenInURL
    throw operation.isPortal
      ? .portalInvalid("An access token does not belong into a URL")
      : .invalidRequest("A token does not belong into a URL")
  }

  /// In lower case; each for itself, as the rest of the query may not be readable.
  private static func names(in query: String) -> [String] {
    query.split(separator: "&").map { pair in
      let name = pair.prefix { $0 != "=" }
      return (formDecoded(name) ?? String(name)).lowercased()
    }
  }

  /// In lower case: those of the parameters, and of the header that the portal takes.
  private static func tokenNames(_ operation: Operation) -> Set<String> {
    let access: Set = ["access_token", "accesstoken", "x-amz-sso_bearer_token"]
    return operation.isPortal ? access : access.union(["refresh_token", "refreshtoken"])
  }
}
