//  DeviceGrant.swift - what a poll is answered.
//
//  Knows: RFC 8628 sections 3.4 and 3.5: pending, slow_down, denied, expired, and tokens once.
//  Does not know: who decided and how.

extension IdentityService {
  /// Jitter that is no fault of the client's (R8628-18).
  static let earlyTolerance = Duration.milliseconds(250)
  /// What `slow_down` adds for good (R8628-17).
  static let slowDownStep = Duration.seconds(5)

  mutating func redeem(
    deviceCode: String, for client: Client, _ facts: inout ExchangeFacts, at time: ServiceTime,
    randomness: Randomness
  ) throws(ServiceError) -> IssuedTokens {
    guard client.mayUse(.deviceCode) else { throw .unauthorizedClient }
    let hash = SecretHash(of: deviceCode)
    // Another client's poll changes nothing, and is told nothing (R8628-38).
    guard let flow = state.flows[hash], flow.clientID == client.id else { throw .invalidGrant }
    switch flow.standing(at: time) {
    case .pending: throw poll(flow, &facts, at: time)
    case .denied: throw .accessDenied
    case .expired: throw .expiredToken
    case .forgotten: throw .invalidGrant
    case .redeemed:
      facts.audit = .deviceCodeReplayed
      throw .invalidGrant
    case .approved: return try signIn(flow, client, at: time, randomness: randomness)
    }
  }

  /// Counts a poll that came before the decision.
  ///
  /// An early poll lengthens the interval but does not move the time from which it counts: a
  /// client that waits the new interval is never early again (R8628-19).
  private mutating func poll(
    _ flow: DeviceFlow, _ facts: inout ExchangeFacts, at time: ServiceTime
  ) -> ServiceError {
    var flow = flow
    let isEarly = flow.lastPoll.map { time - $0 < flow.interval - Self.earlyTolerance } ?? false
    if isEarly && flow.forgivenPolls >= configuration.profile.forgivenEarlyPolls {
      // Beyond the code's own lifetime a longer wait says nothing more.
      flow.interval = min(flow.interval + Self.slowDownStep, flow.expires - flow.started)
      record(flow)
      facts.cause = .earlyPoll
      return .slowDown
    }
    if isEarly {
      flow.forgivenPolls += 1
    } else if flow.interval > Self.earlyTolerance {
      // Where no poll can be early, nobody will ask when the last one was.
      flow.lastPoll = time
    }
    record(flow)
    return .authorizationPending
  }

  /// Remembers what a poll altered, if anything.
  private mutating func record(_ flow: DeviceFlow) {
    guard flow != state.flows[flow.codeHash] else { return }
    record(
      .flowPolled(
        flow.codeHash, lastPoll: flow.lastPoll, interval: flow.interval,
        forgivenPolls: flow.forgivenPolls))
  }

  /// The name of who signs in: the directory's first where nobody was named.
  func signedIn(by flow: DeviceFlow) -> String {
    flow.person ?? configuration.directory.person(named: nil)?.name ?? ""
  }

  /// Hands out the tokens, once (R8628-37).
  private mutating func signIn(
    _ flow: DeviceFlow, _ client: Client, at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> IssuedTokens {
    try makeRoomForTokens(at: time)
    let person = signedIn(by: flow)
    let family = newFamily(
      client, person: person, startURL: flow.startURL, scopes: flow.scopes, at: time, randomness)
    if flow.decision == nil {
      record(.flowDecided(flow.codeHash, .approved, person: person))
    }
    record(.flowRedeemed(flow.codeHash))
    return start(family, withRefreshToken: getsRefreshTokens(client), at: time, randomness)
  }
}
