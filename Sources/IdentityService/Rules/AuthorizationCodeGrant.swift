//  AuthorizationCodeGrant.swift - tokens for an authorization code.
//
//  Knows: RFC 6749 section 4.1.3 and RFC 7636 section 4.6; single use.
//  Does not know: how the code came about (AuthorizationEndpoint).

extension IdentityService {
  mutating func redeem(
    authorizationCode body: RequestBody, for client: Client, _ facts: inout ExchangeFacts,
    at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> IssuedTokens {
    guard client.mayUse(.authorizationCode) else { throw .unauthorizedClient }
    let hash = SecretHash(of: try body.required("code"))
    // Another client's attempt changes nothing, and is told nothing (S09).
    guard let code = state.authorizationCodes[hash], code.clientID == client.id else {
      throw .invalidGrant
    }
    guard !code.isSpent else { throw replayed(code, &facts) }
    guard time < code.expires else { throw .invalidGrant }
    try checkRedirectURI(body, code)
    try checkVerifier(body, code, &facts)
    try makeRoomForTokens(at: time)
    let family = newFamily(
      client, person: code.person, startURL: code.startURL, scopes: code.scopes, at: time,
      randomness)
    record(.codeSpent(code.hash, familyID: family.id))
    return start(family, withRefreshToken: getsRefreshTokens(client), at: time, randomness)
  }

  /// Whoever has a used code may have stolen it: its tokens are revoked, however late it comes
  /// (R6749-09).
  private mutating func replayed(
    _ code: AuthorizationCode, _ facts: inout ExchangeFacts
  ) -> ServiceError {
    facts.audit = .authorizationCodeReplayed
    if let familyID = code.familyID, state.families[familyID] != nil {
      record(.familyRevoked(familyID))
    }
    return .invalidGrant
  }

  private func checkRedirectURI(
    _ body: RequestBody, _ code: AuthorizationCode
  ) throws(ServiceError) {
    let uri = try body.text("redirectUri")
    if uri == nil && code.hasRedirectURI { throw .invalidRequest("The redirect URI is required") }
    guard uri.map({ $0.utf8.elementsEqual(code.redirectURI.utf8) }) ?? true else {
      throw .invalidGrant
    }
  }

  /// A wrong verifier burns the code (R7636-06); one that is none at all does not.
  private mutating func checkVerifier(
    _ body: RequestBody, _ code: AuthorizationCode, _ facts: inout ExchangeFacts
  ) throws(ServiceError) {
    let verifier = try body.text("codeVerifier")
    guard let challenge = code.challenge else {
      guard verifier == nil else {
        facts.cause = .wrongVerifier
        throw .invalidGrant
      }
      return
    }
    guard let verifier else { throw .invalidRequest("The code verifier is required") }
    guard CodeChallenge.isVerifier(verifier) else {
      throw .invalidRequest("The code verifier is not 43 to 128 unreserved characters")
    }
    guard CodeChallenge.matches(challenge, verifier: verifier) else {
      record(.codeSpent(code.hash, familyID: nil))
      facts.cause = .wrongVerifier
      throw .invalidGrant
    }
  }
}
