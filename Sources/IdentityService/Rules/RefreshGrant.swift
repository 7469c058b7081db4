//  RefreshGrant.swift - new tokens for an old refresh token.
//
//  Knows: RFC 6749 section 6 with rotation, a grace window and reuse detection (RFC 9700, 4.14.2).
//  Does not know: how the family began.

internal import Crypto
internal import StrictJSON

extension IdentityService {
  mutating func refresh(
    _ token: String, for client: Client, _ facts: inout ExchangeFacts, at time: ServiceTime,
    randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    guard client.mayUse(.refreshToken) else { throw .unauthorizedClient }
    // A token of another client stays good for its owner (R6749-17).
    guard let row = state.refreshTokens[SecretHash(of: token)],
      let family = state.families[row.familyID], family.clientID == client.id, time < family.ends
    else { throw .invalidGrant }
    if let rotation = row.rotation {
      guard time < rotation.time + configuration.refreshGrace else {
        record(.familyRevoked(family.id))
        facts.audit = .refreshTokenReused
        throw .invalidGrant
      }
      return TokenPair(following: token, rotation).reply(lifetime: rotation.lifetime)
    }
    return try rotate(row, token, of: family, at: time, randomness: randomness)
  }

  private mutating func rotate(
    _ row: RefreshToken, _ token: String, of family: TokenFamily, at time: ServiceTime,
    randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    try makeRoomForTokens(at: time)
    let lifetime = min(tokenLifetime(scopes: family.scopes), family.ends - time)
    let rotation = Rotation(time: time, salt: randomness(32), lifetime: lifetime)
    let pair = TokenPair(following: token, rotation)
    record(.refreshTokenRotated(row.hash, rotation))
    record(pair, of: family, lifetime: lifetime, at: time)
    return pair.reply(lifetime: lifetime)
  }
}

extension TokenPair {
  /// The tokens that follow a refresh token: a client that lost the reply, and still has the old
  /// token, gets the same ones again, and the service kept neither (R6749-18).
  fileprivate init(following token: String, _ rotation: Rotation) {
    func derived(_ purpose: FakeKind) -> [UInt8] {
      let key = SymmetricKey(data: rotation.salt)
      let text = Array("\(purpose.rawValue) after \(token)".utf8)
      return Array(HMAC<SHA256>.authenticationCode(for: text, using: key))
    }
    self.init(access: derived(.accessToken), refresh: derived(.refreshToken))
  }
}
