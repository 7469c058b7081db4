//  CreateToken.swift - a program asks for tokens: by which grant.
//
//  Knows: RFC 6749 section 5 as AWS speaks it (AWS-07).
//  Does not know: what each grant needs (DeviceGrant, AuthorizationCodeGrant, RefreshGrant).

internal import StrictJSON

extension IdentityService {
  mutating func createToken(
    _ body: RequestBody, _ request: ServiceRequest, _ facts: inout ExchangeFacts,
    at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    let grantName = try body.required("grantType")
    facts.grantType = GrantType(rawValue: grantName)
    let client = try authenticatedClient(body, request, &facts, at: time)
    let tokens: IssuedTokens
    switch facts.grantType {
    case .deviceCode:
      // Accepted and without effect: tokens keep the scopes of the sign-in (AWS-07).
      _ = try body.scopes("scope")
      let code = try body.required("deviceCode")
      tokens = try redeem(deviceCode: code, for: client, &facts, at: time, randomness: randomness)
    case .refreshToken:
      tokens = try refresh(body, for: client, &facts, at: time, randomness: randomness)
    case .authorizationCode:
      _ = try body.scopes("scope")
      tokens = try redeem(
        authorizationCode: body, for: client, &facts, at: time, randomness: randomness)
    case .jwtBearer, .tokenExchange, nil: throw .unsupportedGrantType
    }
    return tokens.reply(configuration.profile.dialect)
  }
}
