//  RefreshGrant.swift - new tokens for an old refresh token.
//
//  Knows: RFC 6749 section 6 with rotation, a grace window and reuse detection (RFC 9700, 4.14.2).
//  Does not know: how the family began.

internal import Crypto

extension IdentityService {
  mutating func refresh(
    _ body: RequestBody, for client: Client, _ facts: inout ExchangeFacts, at time: ServiceTime,
    randomness: Randomness
  ) throws(ServiceError) -> IssuedTokens {
    let token = try body.required("refreshToken")
    let asked = try body.scopes("scope")
    guard client.mayUse(.refreshToken) else { throw .unauthorizedClient }
    // A token of another client stays good for its owner (R6749-17).
    guard let row = state.refreshTokens[SecretHash(of: token)],
      let family = state.families[row.familyID], family.clientID == client.id, time < family.ends
    else { throw .invalidGrant }
    if let rotation = row.rotation {
      return try repeated(rotation, token, of: family, &facts, at: time)
    }
    // Lifetimes are told in whole seconds: a token for the rest of this one would be for none.
    guard family.ends - time >= .seconds(1) else { throw .invalidGrant }
    let scopes = try narrowed(family.scopes, to: asked)
    try makeRoomForTokens(at: time)
    return rotate(row, token, of: family, scopes, at: time, salt: randomness(32))
  }

  /// The same answer again, or the end of the family when it is too late for that.
  private mutating func repeated(
    _ rotation: Rotation, _ token: String, of family: TokenFamily, _ facts: inout ExchangeFacts,
    at time: ServiceTime
  ) throws(ServiceError) -> IssuedTokens {
    guard time < rotation.time + configuration.refreshGrace else {
      record(.familyRevoked(family.id))
      facts.audit = .refreshTokenReused
      throw .invalidGrant
    }
    facts.cause = .repeatedRefreshToken
    return IssuedTokens(following: token, rotation, person: family.person)
  }

  private mutating func rotate(
    _ row: RefreshToken, _ token: String, of family: TokenFamily, _ scopes: [String],
    at time: ServiceTime, salt: [UInt8]
  ) -> IssuedTokens {
    let lifetime = min(tokenLifetime(scopes: family.scopes), family.ends - time)
    let rotation = Rotation(time: time, salt: salt, lifetime: lifetime, scopes: scopes)
    let tokens = IssuedTokens(following: token, rotation, person: family.person)
    record(.refreshTokenRotated(row.hash, rotation))
    record(tokens, of: family, at: time)
    return tokens
  }

  /// Scopes may shrink, not grow (R6749-17).
  private func narrowed(
    _ scopes: [String], to asked: [String]
  ) throws(ServiceError) -> [String] {
    guard configuration.profile.tokenScope == .narrows, !asked.isEmpty else { return scopes }
    guard Set(asked).isSubset(of: scopes) else {
      throw .invalidScope("A scope was not granted at the sign-in")
    }
    return asked
  }
}

extension IssuedTokens {
  /// The tokens that follow a refresh token: a client that lost the reply, and still has the old
  /// token, gets the same ones again, and the service kept neither (R6749-18).
  fileprivate init(following token: String, _ rotation: Rotation, person: String) {
    func derived(_ purpose: FakeKind) -> [UInt8] {
      let key = SymmetricKey(data: rotation.salt)
      let text = Array("\(purpose.rawValue) after \(token)".utf8)
      return Array(HMAC<SHA256>.authenticationCode(for: text, using: key))
    }
    self.init(
      pair: TokenPair(access: derived(.accessToken), refresh: derived(.refreshToken)),
      lifetime: rotation.lifetime, scopes: rotation.scopes, person: person)
  }
}
