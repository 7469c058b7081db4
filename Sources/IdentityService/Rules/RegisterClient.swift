//  RegisterClient.swift - a program introduces itself.
//
//  Knows: what a registration may contain, and what it gives (wire format of the real service).
//  Does not know: what the client does with it.

internal import StrictJSON

extension IdentityService {
  mutating func registerClient(
    _ body: RequestBody, _ facts: inout ExchangeFacts, at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> JSONObject {
    let dialect = configuration.profile.dialect
    let wish: RegistrationWish
    do {
      wish = try RegistrationWish(body, dialect)
    } catch {
      throw error.atRegistration(dialect)
    }
    try makeRoom(in: { $0.clients.count }, limit: configuration.limits.clients, at: time)
    let id = base64URL(randomness(16) + Array(configuration.region.utf8))
    let expires = time + configuration.registrationLifetime
    let secret = wish.hasSecret ? fakeClientSecret(for: id, expires: expires, randomness) : nil
    let client = Client(
      id: id, kind: wish.kind,
      secretHash: secret.map(SecretHash.init(of:)), name: wish.name, scopes: wish.scopes,
      grantTypes: wish.grantTypes, redirectURIs: wish.redirectURIs, startURL: wish.startURL,
      issued: time, secretExpires: expires)
    record(.clientRegistered(client))
    facts.clientID = client.id
    if client.redirectURIs.contains(where: RedirectURI.namesLocalhost) {
      facts.audit = .localhostRedirect
    }
    return dialect.registrationReply(client, secret: secret)
  }
}

extension Dialect {
  /// What a registration gives.
  fileprivate func registrationReply(_ client: Client, secret: String?) -> JSONObject {
    var members: JSONObject = [
      "authorizationEndpoint": nil, "tokenEndpoint": nil, "clientId": .string(client.id),
      "clientSecret": secret.map(JSON.string) ?? .null,
      "clientIdIssuedAt": .integer(client.issued.seconds),
      "clientSecretExpiresAt": .integer(client.secretExpires.seconds),
    ]
    guard self == .rfc else { return members }
    // It says when a secret ends (RFC 7591, 3.2.1), not a client.
    if secret == nil { members["clientSecretExpiresAt"] = nil }
    members["clientName"] = .string(client.name)
    members["redirectUris"] = .array(client.redirectURIs.map(JSON.string))
    let grants = client.grantTypes.isEmpty ? GrantType.registrable : client.grantTypes
    members["grantTypes"] = .array(grants.map { .string($0.rawValue) })
    members["responseTypes"] = ["code"]
    members["scope"] = .string(client.scopes.joined(separator: " "))
    members["tokenEndpointAuthMethod"] = secret == nil ? "none" : "client_secret_basic"
    return members
  }
}

extension ServiceError {
  /// RFC 7591 section 3.2.2 knows two words only for what a registration may not contain.
  fileprivate func atRegistration(_ dialect: Dialect) -> Self {
    guard dialect == .rfc, word != "invalid_redirect_uri" else { return self }
    return .invalidClientMetadata(description)
  }
}

/// What a program wants to register, checked.
private struct RegistrationWish {
  let name: String
  let kind: ClientKind
  let hasSecret: Bool
  let scopes: [String]
  let grantTypes: [GrantType]
  let redirectURIs: [String]
  let startURL: String?

  init(_ body: RequestBody, _ dialect: Dialect) throws(ServiceError) {
    name = try dialect == .aws ? body.required("clientName") : body.text("clientName") ?? ""
    guard name.unicodeScalars.count <= 256, !name.unicodeScalars.contains(where: \.isControl) else {
      throw .invalidClientMetadata(
        "clientName has more than 256 characters, or a control character")
    }
    kind = try dialect == .aws ? Self.amazonKind(body) : Self.kind(body)
    hasSecret = dialect == .aws || kind == .confidential
    scopes = try Self.scopes(body)
    grantTypes = try Self.grantTypes(body)
    redirectURIs = try Self.redirectURIs(body)
    startURL = try body.text("issuerUrl")
    // Checked for its type only: it chooses an application, and this service has but one.
    _ = try body.text("entitledApplicationArn")
  }

  private static func amazonKind(_ body: RequestBody) throws(ServiceError) -> ClientKind {
    guard try body.required("clientType") == "public" else {
      throw .invalidClientMetadata("clientType is not public")
    }
    return .public
  }

  /// RFC 7591, section 2: without a word about it a client has a secret.
  private static func kind(_ body: RequestBody) throws(ServiceError) -> ClientKind {
    switch try body.text("tokenEndpointAuthMethod") {
    case "none": return .public
    case nil, "client_secret_basic", "client_secret_post": return .confidential
    default:
      throw .invalidClientMetadata(
        "token_endpoint_auth_method is not none, client_secret_basic or client_secret_post")
    }
  }

  private static func scopes(_ body: RequestBody) throws(ServiceError) -> [String] {
    let scopes = try body.scopes("scopes")
    guard scopes.allSatisfy(ScopeName.isGood) else {
      throw .invalidScope("A scope is empty, too long or has odd characters")
    }
    return scopes
  }

  private static func grantTypes(_ body: RequestBody) throws(ServiceError) -> [GrantType] {
    var types: [GrantType] = []
    for name in try body.list("grantTypes") {
      guard let type = GrantType(rawValue: name), GrantType.registrable.contains(type) else {
        throw .unsupportedGrantType
      }
      types.append(type)
    }
    return types
  }

  /// Absolute and without fragment (R6749-04).
  private static func redirectURIs(_ body: RequestBody) throws(ServiceError) -> [String] {
    let uris = try body.list("redirectUris")
    if let problem = uris.lazy.compactMap(RedirectURI.problem).first {
      throw .invalidRedirectURI(problem)
    }
    return uris
  }
}

enum ScopeName {
  /// Whether a text is a scope token of RFC 6749 section 3.3, and of a length that is one.
  static func isGood(_ scope: String) -> Bool {
    (1...256).contains(scope.utf8.count)
      && scope.utf8.allSatisfy { (33...126).contains($0) && $0 != 34 && $0 != 92 }
  }
}

extension Unicode.Scalar {
  /// C0, DEL and C1: a line break here could end a header or a log line (S22).
  fileprivate var isControl: Bool { properties.generalCategory == .control }
}
