//  CreateToken.swift - a program asks for tokens: which grant, and the tokens themselves.
//
//  Knows: RFC 6749 sections 5.1 and 5.2 as AWS speaks them (AWS-07).
//  Does not know: when a device code is due (DeviceGrant), rotation (RefreshGrant).

internal import StrictJSON

extension IdentityService {
  mutating func createToken(
    _ body: RequestBody, _ facts: inout ExchangeFacts, at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    let grantName = try body.required("grantType")
    facts.grantType = GrantType(rawValue: grantName)
    let client = try authenticatedClient(body, &facts, at: time)
    // Accepted and without effect: tokens keep the registered scopes (AWS-07).
    _ = try body.list("scope")
    switch facts.grantType {
    case .deviceCode:
      let code = try body.required("deviceCode")
      return try redeem(deviceCode: code, for: client, &facts, at: time, randomness: randomness)
    case .refreshToken:
      let token = try body.required("refreshToken")
      return try refresh(token, for: client, &facts, at: time, randomness: randomness)
    case .authorizationCode, nil:
      throw .unsupportedGrantType
    }
  }
}

/// The secrets of one token reply; never stored, only their hashes are.
struct TokenPair {
  let accessToken: String
  let refreshToken: String?

  /// - Parameters:
  ///   - access: 32 random bytes (R6749-19).
  ///   - refresh: As many, or `nil` for a client without scopes.
  init(access: [UInt8], refresh: [UInt8]?) {
    accessToken = fakeSecret(.accessToken, access)
    refreshToken = refresh.map { fakeSecret(.refreshToken, $0) }
  }

  /// Members as the real service sends them, `null` where it has nothing to say.
  func reply(lifetime: Duration) -> JSONObject {
    [
      "accessToken": .string(accessToken), "expiresIn": .integer(lifetime.components.seconds),
      "idToken": nil, "refreshToken": refreshToken.map(JSON.string) ?? .null,
      "tokenType": "Bearer",
    ]
  }
}

extension IdentityService {
  /// Remembers the tokens of a reply.
  mutating func record(
    _ pair: TokenPair, of family: TokenFamily, lifetime: Duration, at time: ServiceTime
  ) {
    record(
      .accessTokenIssued(
        AccessToken(
          hash: SecretHash(of: pair.accessToken), familyID: family.id, expires: time + lifetime)))
    guard let refreshToken = pair.refreshToken else { return }
    record(
      .refreshTokenIssued(
        RefreshToken(hash: SecretHash(of: refreshToken), familyID: family.id)))
  }

  /// 1 h for clients with scopes and 8 h for the others, unless configured.
  func tokenLifetime(scopes: [String]) -> Duration {
    configuration.tokenLifetime ?? .seconds(scopes.isEmpty ? 8 * 3600 : 3600)
  }

  /// Tokens are limited as clients and flows are.
  mutating func makeRoomForTokens(at time: ServiceTime) throws(ServiceError) {
    let limit = configuration.limits.tokens
    try makeRoom(in: \.accessTokens.count, limit: limit, at: time)
    try makeRoom(in: \.refreshTokens.count, limit: limit, at: time)
  }
}
