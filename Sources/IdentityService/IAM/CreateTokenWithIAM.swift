//  CreateTokenWithIAM.swift - an application that signs its requests asks for tokens.
//
//  Knows: its four grants and the members of its reply (AWS-04).
//  Does not know: signatures (SignatureCheck). Of an assertion it checks who and until when, not
//  who signed it: this service trusts no issuer, and its tokens are fake.

internal import StrictJSON

extension IdentityService {
  mutating func createTokenWithIAM(
    _ request: ServiceRequest, _ facts: inout ExchangeFacts, at time: ServiceTime,
    randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    try SignatureCheck(configuration).check(request, at: time)
    let body = try RequestBody(json: request.json)
    let grantName = try body.required("grantType")
    facts.grantType = GrantType(rawValue: grantName)
    let id = try body.required("clientId")
    guard let application = configuration.directory.client(arn: id) else { throw .invalidClient }
    facts.clientID = id
    let tokens: IssuedTokens
    switch facts.grantType {
    case .authorizationCode:
      tokens = try redeem(
        authorizationCode: body, for: application, &facts, at: time, randomness: randomness)
    case .refreshToken:
      tokens = try refresh(body, for: application, &facts, at: time, randomness: randomness)
    case .jwtBearer:
      tokens = try bear(body, for: application, at: time, randomness)
    case .tokenExchange:
      tokens = try exchange(body, for: application, at: time, randomness)
    case .deviceCode, nil: throw .unsupportedGrantType
    }
    return configuration.signedReply(tokens, for: id, at: time, randomness)
  }

  /// RFC 7523: a token of another issuer that names a person.
  private mutating func bear(
    _ body: RequestBody, for application: Client, at time: ServiceTime, _ randomness: Randomness
  ) throws(ServiceError) -> IssuedTokens {
    let assertion = try body.required("assertion")
    let scopes = try scopes(body, of: application)
    guard let claims = JWT.claims(of: assertion), let ends = claims["exp"]?.asNumber,
      Double(time.seconds) < ends, let person = person(namedIn: claims)
    else { throw .invalidGrant }
    return try signIn(person, application, scopes, isRefreshable: true, at: time, randomness)
  }

  /// RFC 8693: an access token of this service for one of the application's own.
  private mutating func exchange(
    _ body: RequestBody, for application: Client, at time: ServiceTime, _ randomness: Randomness
  ) throws(ServiceError) -> IssuedTokens {
    let subject = SecretHash(of: try body.required("subjectToken"))
    guard try body.required("subjectTokenType") == JWT.accessTokenType else {
      throw .invalidRequest("subjectTokenType is not that of an access token")
    }
    let wish = try body.text("requestedTokenType") ?? JWT.accessTokenType
    guard [JWT.accessTokenType, JWT.refreshTokenType].contains(wish) else {
      throw .invalidRequest("requestedTokenType is not that of an access or refresh token")
    }
    let scopes = try scopes(body, of: application)
    guard let token = state.accessTokens[subject], time < token.expires,
      let family = state.families[token.familyID], time < family.ends,
      let person = configuration.directory.person(named: family.person)
    else { throw .invalidGrant }
    return try signIn(
      person, application, scopes, isRefreshable: wish == JWT.refreshTokenType, at: time,
      randomness)
  }

  private mutating func signIn(
    _ person: Person, _ application: Client, _ scopes: [String], isRefreshable: Bool,
    at time: ServiceTime, _ randomness: Randomness
  ) throws(ServiceError) -> IssuedTokens {
    try makeRoomForTokens(at: time)
    let family = newFamily(
      application, person: person.name, startURL: configuration.origin + "/start",
      scopes: scopes, at: time, randomness)
    return start(family, withRefreshToken: isRefreshable, at: time, randomness)
  }

  private func scopes(
    _ body: RequestBody, of application: Client
  ) throws(ServiceError) -> [String] {
    let asked = try body.list("scope")
    guard Set(asked).isSubset(of: application.scopes) else {
      throw .invalidScope("A scope is not one of the application's")
    }
    return asked.isEmpty ? application.scopes : asked
  }

  private func person(namedIn claims: JSONObject) -> Person? {
    // A person without an e-mail address has an empty one, which names nobody.
    let names = [claims["sub"], claims["email"]].compactMap { $0?.asString }.filter { !$0.isEmpty }
    return configuration.directory.people.first {
      names.contains($0.name) || names.contains($0.email)
    }
  }
}

extension Directory {
  /// An application as a client: it signs its requests and has no other secret.
  func client(arn: String) -> Client? {
    guard Application.isARN(arn) else { return nil }
    let anyone = Application(
      arn: arn, name: arn, scopes: ["aws", "openid", "sso:account:access"], redirectURIs: [])
    guard let known = applications.map({ $0.first { $0.arn == arn } }) ?? anyone else { return nil }
    let epoch = ServiceTime(sinceEpoch: .zero)
    return Client(
      id: arn, kind: .confidential, secretHash: nil, name: known.name, scopes: known.scopes,
      grantTypes: [], redirectURIs: known.redirectURIs, startURL: nil, issued: epoch,
      secretExpires: epoch + .seconds(Int64.max / 2))
  }
}

extension Application {
  /// Whether CreateTokenWithIAM takes a text for the ARN of an application.
  package static func isARN(_ text: String) -> Bool {
    text.hasPrefix("arn:") && text.utf8.count <= 1224 && text.contains(":sso::")
      && text.utf8.allSatisfy { (33...126).contains($0) }
  }

  /// Whether tokens can be good for a scope of this name: as in a registration.
  package static func isScope(_ text: String) -> Bool { ScopeName.isGood(text) }

  /// Why no authorization code could go to a redirect URI, as a registration is told; `nil` if it can.
  package static func problem(ofRedirectURI uri: String) -> String? { RedirectURI.problem(of: uri) }
}

extension ServiceConfiguration {
  fileprivate func signedReply(
    _ tokens: IssuedTokens, for application: String, at time: ServiceTime,
    _ randomness: IdentityService.Randomness
  ) -> JSONObject {
    var members = tokens.reply(.aws)
    let type = tokens.pair.refreshToken == nil ? JWT.accessTokenType : JWT.refreshTokenType
    members["issuedTokenType"] = .string(type)
    members["scope"] = .array(tokens.scopes.map(JSON.string))
    members["awsAdditionalDetails"] = nil
    guard tokens.scopes.contains("openid") else { return members }
    let context = fakeSecret(.identityContext, randomness(32))
    members["awsAdditionalDetails"] = ["identityContext": .string(context)]
    members["idToken"] = .string(
      JWT.unsigned([
        "iss": .string(origin), "aud": .string(application), "sub": .string(tokens.person),
        "iat": .integer(time.seconds), "exp": .integer((time + tokens.lifetime).seconds),
        "sts:identity_context": .string(context),
      ]))
    return members
  }
}
