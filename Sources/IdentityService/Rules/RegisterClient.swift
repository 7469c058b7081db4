//  RegisterClient.swift - a program introduces itself.
//
//  Knows: what a registration may contain, and what it gives (wire format of the real service).
//  Does not know: what the client does with it.

internal import StrictJSON

extension IdentityService {
  mutating func registerClient(
    _ body: RequestBody, _ facts: inout ExchangeFacts, at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    let wish = try RegistrationWish(body)
    try makeRoom(in: \.clients.count, limit: configuration.limits.clients, at: time)
    let secret = fakeSecret(.clientSecret, randomness(720))  // 1 kB, as long as the real one
    let client = Client(
      id: base64URL(randomness(16) + Array(configuration.region.utf8)),
      secretHash: SecretHash(of: secret), name: wish.name, scopes: wish.scopes,
      grantTypes: wish.grantTypes, redirectURIs: wish.redirectURIs, issued: time,
      secretExpires: time + configuration.registrationLifetime)
    record(.clientRegistered(client))
    facts.clientID = client.id
    return [
      "authorizationEndpoint": nil, "tokenEndpoint": nil,
      "clientId": .string(client.id), "clientSecret": .string(secret),
      "clientIdIssuedAt": .integer(time.seconds),
      "clientSecretExpiresAt": .integer(client.secretExpires.seconds),
    ]
  }
}

/// What a program wants to register, checked.
private struct RegistrationWish {
  let name: String
  let scopes: [String]
  let grantTypes: [GrantType]
  let redirectURIs: [String]

  init(_ body: RequestBody) throws(ServiceError) {
    name = try body.required("clientName")
    guard name.unicodeScalars.count <= 256, !name.unicodeScalars.contains(where: \.isControl) else {
      throw .invalidClientMetadata(
        "clientName has more than 256 characters, or a control character")
    }
    guard try body.required("clientType") == "public" else {
      throw .invalidClientMetadata("clientType is not public")
    }
    scopes = try Self.scopes(body)
    grantTypes = try Self.grantTypes(body)
    redirectURIs = try Self.redirectURIs(body)
    // Checked for their type only: they choose an application, and this service has but one.
    _ = try body.text("issuerUrl")
    _ = try body.text("entitledApplicationArn")
  }

  /// Each a scope token of RFC 6749 section 3.3.
  private static func scopes(_ body: RequestBody) throws(ServiceError) -> [String] {
    let scopes = try body.list("scopes")
    let allGood = scopes.allSatisfy { scope in
      (1...256).contains(scope.utf8.count)
        && scope.utf8.allSatisfy { (33...126).contains($0) && $0 != 34 && $0 != 92 }
    }
    guard allGood else { throw .invalidScope("A scope is empty, too long or has odd characters") }
    return scopes
  }

  private static func grantTypes(_ body: RequestBody) throws(ServiceError) -> [GrantType] {
    var types: [GrantType] = []
    for name in try body.list("grantTypes") {
      guard let type = GrantType(rawValue: name) else { throw .unsupportedGrantType }
      types.append(type)
    }
    return types
  }

  /// Absolute and without fragment (R6749-04).
  private static func redirectURIs(_ body: RequestBody) throws(ServiceError) -> [String] {
    let uris = try body.list("redirectUris")
    let allGood = uris.allSatisfy { uri in
      uri.utf8.count <= 2048 && uri.utf8.allSatisfy { (33...126).contains($0) }
        && !uri.utf8.contains(UInt8(ascii: "#")) && URLParts(uri)?.host.isEmpty == false
    }
    guard allGood else {
      throw .invalidRedirectURI("A redirect URI is not absolute, has a fragment or is too long")
    }
    return uris
  }
}

extension Unicode.Scalar {
  /// C0, DEL and C1: a line break here could end a header or a log line (S22).
  fileprivate var isControl: Bool { properties.generalCategory == .control }
}
