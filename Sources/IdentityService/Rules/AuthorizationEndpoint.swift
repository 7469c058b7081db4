//  AuthorizationEndpoint.swift - a browser asks for a code, a person decides.
//
//  Knows: RFC 6749 section 4.1.2; that asking changes nothing, deciding does.
//  Does not know: pages, cookies, forged forms (IdentityServer).

/// What a browser brought to `/authorize`.
public struct AuthorizationQuery: Sendable, Equatable {
  /// The query of the first request, without `?`, still percent-encoded; the same again with the
  /// decision, as nothing is remembered in between.
  public var query: String
  /// What the person said; `nil` while only asking.
  public var decision: Decision?
  /// The name of the person; `nil` means the directory's first.
  public var person: String?
  /// How long the browser has been kept waiting for a decision.
  public var waited: Duration

  /// Makes a query.
  public init(
    _ query: String, decision: Decision? = nil, person: String? = nil, waited: Duration = .zero
  ) {
    self.query = query
    self.decision = decision
    self.person = person
    self.waited = waited
  }
}

/// What a person is asked to agree to.
public struct Consent: Sendable, Equatable {
  /// What the program calls itself; unverified.
  public var clientName: String
  /// What it wants to do.
  public var scopes: [String]
  /// Where the answer goes.
  public var redirectURI: String
}

/// What `/authorize` is answered.
public enum AuthorizationAnswer: Sendable, Equatable {
  /// Show this to a person, and come back with a decision.
  case ask(Consent)
  /// Send the browser there.
  case redirect(to: String)
  /// Show this; the redirect URI is not to be trusted (R6749-05, R6749-23).
  case refuse(String)
}

/// An answer with what a journal may hold about it.
public struct AuthorizationReply: Sendable, Equatable {
  /// For the browser.
  public var answer: AuthorizationAnswer
  /// For the journal.
  public var facts: ExchangeFacts
}

extension IdentityService {
  /// Answers the authorization endpoint.
  ///
  /// - Parameters:
  ///   - query: What the browser brought. With ``Approval/after(_:)`` nobody is asked once it has
  ///     waited that long.
  ///   - time: Now, by the service's clock.
  ///   - randomness: Asked for the code.
  /// - Returns: What to do with the browser, and what changed.
  public mutating func authorize(
    _ query: AuthorizationQuery, at time: ServiceTime, randomness: Randomness
  ) -> Outcome<AuthorizationReply> {
    sweepIfDue(at: time)
    var facts = ExchangeFacts()
    facts.operation = .authorize
    let answer: AuthorizationAnswer
    do {
      answer = try answered(query, &facts, at: time, randomness: randomness)
    } catch {
      facts.error = "invalid_request"
      answer = .refuse(error.description)
    }
    return outcome(AuthorizationReply(answer: answer, facts: facts))
  }

  private mutating func answered(
    _ asked: AuthorizationQuery, _ facts: inout ExchangeFacts, at time: ServiceTime,
    randomness: Randomness
  ) throws(AuthorizationPageError) -> AuthorizationAnswer {
    guard let query = FormParameters(asked.query) else {
      throw AuthorizationPageError(description: "The address has odd characters")
    }
    let target = try RedirectTarget(query, configuration.profile, at: time, client: client)
    facts.clientID = target.client.id
    if RedirectURI.namesLocalhost(target.uri) { facts.audit = .localhostRedirect }
    do {
      let wish = try AuthorizationWish(query, for: target.client, configuration.profile)
      return try decided(wish, asked, target, at: time, randomness: randomness)
    } catch {
      facts.error = error.word
      return .redirect(
        to: target.answer([
          ("error", error.word), ("error_description", percentEncoded(error.description)),
        ]))
    }
  }

  private mutating func decided(
    _ wish: AuthorizationWish, _ asked: AuthorizationQuery, _ target: RedirectTarget,
    at time: ServiceTime, randomness: Randomness
  ) throws(AuthorizationError) -> AuthorizationAnswer {
    let isOverdue = configuration.approval.delay.map { asked.waited >= $0 } ?? false
    guard let decision = asked.decision ?? (isOverdue ? .approved : nil) else {
      return .ask(
        Consent(
          clientName: target.client.name, scopes: wish.scopes, redirectURI: target.uri))
    }
    guard decision == .approved, let person = configuration.directory.person(named: asked.person)
    else {
      throw AuthorizationError(
        word: "access_denied", description: "The person denied the request")
    }
    do {
      let limit = configuration.limits.authorizationCodes
      try makeRoom(in: { $0.authorizationCodes.count }, limit: limit, at: time)
    } catch {
      throw AuthorizationError(word: "temporarily_unavailable", description: error.description)
    }
    return approved(wish, target, person, at: time, code: base64URL(randomness(32)))
  }

  private mutating func approved(
    _ wish: AuthorizationWish, _ target: RedirectTarget, _ person: Person, at time: ServiceTime,
    code: String
  ) -> AuthorizationAnswer {
    record(
      .codeIssued(
        AuthorizationCode(
          hash: SecretHash(of: code), clientID: target.client.id, redirectURI: target.uri,
          hasRedirectURI: target.isNamed, challenge: wish.challenge, person: person.name,
          startURL: target.client.startURL ?? configuration.origin + "/start",
          scopes: wish.scopes, expires: time + configuration.authorizationCodeLifetime)))
    return .redirect(to: target.answer([("code", code)]))
  }
}
