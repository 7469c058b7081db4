//  IssuedTokens.swift - tokens: made, remembered by hash, and told to the client.
//
//  Knows: lifetimes, families, and the members of a token reply (RFC 6749, 5.1).
//  Does not know: by which grant they were earned.

internal import StrictJSON

/// The secrets of one token reply; never stored, only their hashes are.
struct TokenPair {
  let accessToken: String
  let refreshToken: String?

  /// - Parameters:
  ///   - access: 32 random bytes (R6749-19).
  ///   - refresh: As many, or `nil` for a client that gets none.
  init(access: [UInt8], refresh: [UInt8]?) {
    accessToken = fakeSecret(.accessToken, access)
    refreshToken = refresh.map { fakeSecret(.refreshToken, $0) }
  }
}

/// What a grant gave.
struct IssuedTokens {
  let pair: TokenPair
  let lifetime: Duration
  let scopes: [String]
  let person: String

  /// Members as the real service sends them, `null` where it has nothing to say; the scopes are
  /// told by the RFC's dialect only.
  func reply(_ dialect: Dialect) -> JSONObject {
    var members: JSONObject = [
      "accessToken": .string(pair.accessToken),
      "expiresIn": .integer(lifetime.components.seconds), "idToken": nil,
      "refreshToken": pair.refreshToken.map(JSON.string) ?? .null, "tokenType": "Bearer",
    ]
    if dialect == .rfc && !scopes.isEmpty {
      members["scope"] = .string(scopes.joined(separator: " "))
    }
    return members
  }
}

extension IdentityService {
  /// A sign-in that begins.
  func newFamily(
    _ client: Client, person: String, startURL: String, scopes: [String], at time: ServiceTime,
    _ randomness: Randomness
  ) -> TokenFamily {
    let lifetime = max(configuration.sessionLifetime, tokenLifetime(scopes: scopes))
    return TokenFamily(
      id: base64URL(randomness(12)), clientID: client.id, person: person, startURL: startURL,
      scopes: scopes, ends: time + lifetime)
  }

  /// Gives a sign-in its first tokens.
  mutating func start(
    _ family: TokenFamily, withRefreshToken: Bool, at time: ServiceTime, _ randomness: Randomness
  ) -> IssuedTokens {
    let tokens = IssuedTokens(
      pair: TokenPair(
        access: randomness(32), refresh: withRefreshToken ? randomness(32) : nil),
      lifetime: tokenLifetime(scopes: family.scopes), scopes: family.scopes,
      person: family.person)
    record(.familyStarted(family))
    record(tokens, of: family, at: time)
    return tokens
  }

  /// Remembers the tokens of a reply.
  mutating func record(_ tokens: IssuedTokens, of family: TokenFamily, at time: ServiceTime) {
    record(
      .accessTokenIssued(
        AccessToken(
          hash: SecretHash(of: tokens.pair.accessToken), familyID: family.id,
          scopes: tokens.scopes, expires: time + tokens.lifetime)))
    guard let refreshToken = tokens.pair.refreshToken else { return }
    record(
      .refreshTokenIssued(
        RefreshToken(hash: SecretHash(of: refreshToken), familyID: family.id)))
  }

  /// 1 h, and in profile `aws` 8 h for clients without scopes, unless configured.
  func tokenLifetime(scopes: [String]) -> Duration {
    let isLong = scopes.isEmpty && configuration.profile.unscopedTokens == .longAlone
    return configuration.tokenLifetime ?? .seconds(isLong ? 8 * 3600 : 3600)
  }

  /// Whether a client's sign-ins come with refresh tokens.
  func getsRefreshTokens(_ client: Client) -> Bool {
    let isScoped = !client.scopes.isEmpty || configuration.profile.unscopedTokens == .likeOthers
    return isScoped && client.mayUse(.refreshToken)
  }

  /// Tokens are limited as clients and flows are.
  mutating func makeRoomForTokens(at time: ServiceTime) throws(ServiceError) {
    let limit = configuration.limits.tokens
    try makeRoom(in: { $0.accessTokens.count }, limit: limit, at: time)
    try makeRoom(in: { $0.refreshTokens.count }, limit: limit, at: time)
  }
}
