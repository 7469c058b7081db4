//  AuthorizationRequest.swift - the query of the authorization endpoint, checked.
//
//  Knows: what may be told to the redirect URI, and what must stay on a page (R6749-05, R6749-11).
//  Does not know: what the person says to it (AuthorizationEndpoint).

/// A request that cannot be answered at its redirect URI.
struct AuthorizationPageError: Error {
  let description: String
}

/// A refusal for the redirect URI (RFC 6749, 4.1.2.1).
struct AuthorizationError: Error {
  let word: String
  let description: String
}

/// Who asks, and where the answer goes.
struct RedirectTarget {
  let client: Client
  let uri: String
  /// Whether the request named the URI (R6749-12).
  let isNamed: Bool
  /// As sent, byte for byte; `nil` when it was not (R6749-10).
  let state: String?

  init(
    _ query: FormParameters, _ profile: Profile, at time: ServiceTime, client: (String) -> Client?
  ) throws(AuthorizationPageError) {
    guard query.repeated.isDisjoint(with: ["client_id", "redirect_uri"]) else {
      throw AuthorizationPageError(description: "client_id or redirect_uri comes twice")
    }
    guard let id = query["client_id"], let client = client(id), time < client.secretExpires else {
      throw AuthorizationPageError(description: "The program is not registered here")
    }
    let asked = query["redirect_uri"]
    let only = client.redirectURIs.count == 1 ? client.redirectURIs.first : nil
    guard let uri = asked ?? only else {
      throw AuthorizationPageError(description: "redirect_uri is required")
    }
    let isAllowed = client.redirectURIs.contains {
      RedirectURI.isAllowed(uri, registered: $0, profile.registeredPort)
    }
    guard isAllowed, RedirectURI.isRegistrable(uri) else {
      throw AuthorizationPageError(
        description: "The program did not register this redirect address")
    }
    self.client = client
    self.uri = uri
    isNamed = asked != nil
    state = query.repeated.contains("state") ? nil : query.raw("state")
  }

  /// The redirect URI with an answer.
  func answer(_ parameters: [(String, String)]) -> String {
    let known = state.map { [("state", $0)] } ?? []
    return RedirectURI.adding(parameters + known, to: uri)
  }
}

/// What is asked for.
struct AuthorizationWish {
  let challenge: String?
  let scopes: [String]

  init(
    _ query: FormParameters, for client: Client, _ profile: Profile
  ) throws(AuthorizationError) {
    guard query.repeated.isEmpty else { throw .invalidRequest("A parameter comes twice") }
    guard let type = query["response_type"] else {
      throw .invalidRequest("response_type is required")
    }
    guard type == "code" else {
      throw AuthorizationError(
        word: "unsupported_response_type", description: "response_type is not code")
    }
    guard client.mayUse(.authorizationCode) else {
      throw AuthorizationError(
        word: "unauthorized_client", description: "The client is not registered for this grant type"
      )
    }
    challenge = try Self.challenge(query, client, profile)
    scopes = try Self.scopes(query, client)
  }

  /// S256 only: a method that is not named means plain, and plain protects nothing (R7636-02,
  /// R7636-03).
  private static func challenge(
    _ query: FormParameters, _ client: Client, _ profile: Profile
  ) throws(AuthorizationError) -> String? {
    guard let challenge = query["code_challenge"] else {
      let isFree = profile.codeChallenges == .publicClients && client.kind == .confidential
      guard isFree, query["code_challenge_method"] == nil else {
        throw .invalidRequest("code_challenge is required")
      }
      return nil
    }
    guard query["code_challenge_method"] == "S256" else {
      throw .invalidRequest("code_challenge_method is not S256; plain is not supported")
    }
    guard CodeChallenge.isWellFormed(challenge) else {
      throw .invalidRequest("code_challenge is not 43 characters of base64url")
    }
    return challenge
  }

  /// AWS's clients say `scopes` and others `scope` (AWS-08); asking for none asks for all.
  private static func scopes(
    _ query: FormParameters, _ client: Client
  ) throws(AuthorizationError) -> [String] {
    let asked = [query["scopes"], query["scope"]].compactMap { $0 }
      .map { $0.split(separator: " ").map(String.init) }
    guard let scopes = asked.first, !scopes.isEmpty else { return client.scopes }
    guard asked.allSatisfy({ Set($0) == Set(scopes) }) else {
      throw .invalidRequest("scopes and scope differ")
    }
    guard Set(scopes).isSubset(of: client.scopes) else {
      throw AuthorizationError(
        word: "invalid_scope", description: "A scope is not registered for this client")
    }
    return scopes
  }
}

extension AuthorizationError {
  static func invalidRequest(_ description: String) -> Self {
    Self(word: "invalid_request", description: description)
  }
}
