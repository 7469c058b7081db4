//  Authentication.swift - whether a client is who it says (R8628-15, R6749-01).
//
//  Knows: secrets in the body, HTTP Basic, public clients; that guessing is limited (R6749-02).
//  Does not know: signatures (SignatureCheck).

/// What a client says about itself.
struct ClientCredentials {
  let id: String
  let secret: String?

  /// - Parameters:
  ///   - body: With `clientId`, `clientSecret`.
  ///   - request: For its `Authorization` header.
  ///   - profile: Which ways to authenticate it knows.
  /// - Throws: ``ServiceError`` for a missing member, or for two ways at once.
  init(
    _ body: RequestBody, _ request: ServiceRequest, _ profile: Profile
  ) throws(ServiceError) {
    guard profile.clientAuthentication == .byClientType else {
      id = try body.required("clientId")
      secret = try body.required("clientSecret")
      return
    }
    let parts = FormParameters(request.query)
    guard parts?.has("client_secret") != true, parts?.has("client_id") != true else {
      throw .invalidRequest("Client credentials do not belong into a URL")
    }
    let bodySecret = try body.text("clientSecret")
    guard let basic = try Self.basic(request) else {
      id = try body.required("clientId")
      secret = bodySecret
      return
    }
    let bodyID = try body.text("clientId") ?? basic.id
    guard bodySecret == nil, bodyID == basic.id else {
      throw .invalidRequest("The client authenticates in two ways at once")
    }
    id = basic.id
    secret = basic.secret
  }

  /// What an `Authorization: Basic` header says; both parts are form-encoded (RFC 6749, 2.3.1).
  private static func basic(
    _ request: ServiceRequest
  ) throws(ServiceError) -> (id: String, secret: String)? {
    guard let header = request.headers["authorization"] else { return nil }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "basic",
      let bytes = decodedBase64(parts[1]), let text = String(validating: bytes, as: UTF8.self),
      let colon = text.firstIndex(of: ":"), let id = formDecoded(text[..<colon]),
      let secret = formDecoded(text[text.index(after: colon)...])
    else { throw .invalidClient }
    return (id, secret)
  }
}

extension IdentityService {
  /// The client that sent `body`.
  ///
  /// An unknown id, a wrong secret and an expired one look the same and take the same time (S38),
  /// and all are told before any code is looked at. Who guesses too much locks nobody else out: a
  /// right secret is taken all the while.
  mutating func authenticatedClient(
    _ body: RequestBody, _ request: ServiceRequest, _ facts: inout ExchangeFacts,
    at time: ServiceTime
  ) throws(ServiceError) -> Client {
    let credentials = try ClientCredentials(body, request, configuration.profile)
    let client = state.clients[credentials.id]
    let presented = credentials.secret.map(SecretHash.init(of:)) ?? .ofNothing
    let matches = presented == client?.secretHash ?? .ofNothing
    guard let client, matches, time < client.secretExpires else {
      facts.cause = Self.cause(client, credentials, matches: matches)
      if credentials.secret != nil { try countWrongSecret(of: request, &facts, at: time) }
      throw .invalidClient
    }
    facts.clientID = client.id
    return client
  }

  private static func cause(
    _ client: Client?, _ credentials: ClientCredentials, matches: Bool
  ) -> Cause? {
    guard client != nil else { return .unknownClient }
    if matches { return .expiredRegistration }
    return credentials.secret == nil ? nil : .wrongClientSecret
  }

  /// Counts a wrong secret by the address that it came from (R6749-02).
  private mutating func countWrongSecret(
    of request: ServiceRequest, _ facts: inout ExchangeFacts, at time: ServiceTime
  ) throws(ServiceError) {
    let guesses = GuessKey.secrets(ClientNetwork.counted(request.requester.address))
    guard !isSpent(guesses, allowance: GuessBudget.secretAllowance, at: time) else {
      facts.audit = .clientSecretGuessed
      throw .tooManyWrongSecrets
    }
    chargeWrongSecret(to: guesses, at: time)
  }
}
