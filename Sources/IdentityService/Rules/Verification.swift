//  Verification.swift - the person's side: find the request behind a user code, decide about it.
//
//  Knows: guess limits, and that a user code leads to one decision (R8628-36).
//  Does not know: pages, cookies, buttons.

/// What a person is asked to decide about.
public struct Verification: Sendable, Equatable {
  /// To compare with the one in the terminal.
  public var userCode: UserCode
  /// What the program calls itself; unverified.
  public var clientName: String
  /// What it wants to do.
  public var scopes: [String]
  /// Where the person would sign in.
  public var startURL: String
  /// Where the request came from.
  public var requester: Requester
  /// How long ago it was made.
  public var age: Duration
  /// How long it can still be decided.
  public var remaining: Duration
  /// Whether it was decided already.
  public var standing: DeviceFlow.Standing
}

/// What came of a look for a user code.
public enum LookUp: Sendable, Equatable {
  /// The request is known and in time, decided or not.
  case found(Verification)
  /// The text cannot be a code.
  case malformed
  /// No live request has this code.
  case unknown
  /// The code was right, and is too old.
  case expired
  /// Too many wrong codes: wait.
  case tooManyTries(wait: Duration)
}

/// What someone wants done with a request.
public enum Verdict: String, Sendable {
  /// Let the program have tokens.
  case approve
  /// Refuse it.
  case deny
  /// End it before its time, as if the code had grown old. For tests, not for people.
  case expire
}

/// What came of a verdict.
public enum DecisionResult: Sendable, Equatable {
  /// It holds; the same verdict given twice, in nobody else's name, is one.
  case done(Verification)
  /// The opposite was decided before, or somebody else approved, and that stays.
  case conflict(Verification)
  /// No live request has this code.
  case unknown
  /// The code is too old.
  case expired
  /// Nobody of that name can sign in.
  case unknownPerson
}

extension IdentityService {
  /// Finds the request behind what a person typed; changes nothing but the guess counters.
  ///
  /// - Parameters:
  ///   - typed: Any text; see ``UserCode/init(typed:)``.
  ///   - visitor: Whose tries are counted.
  ///   - time: Now, by the service's clock.
  /// - Returns: What the visitor may see, and the counted tries.
  public mutating func lookUp(
    _ typed: String, by visitor: Visitor, at time: ServiceTime
  ) -> Outcome<LookUp> {
    sweepIfDue(at: time)
    return outcome(found(typed, by: visitor, at: time))
  }

  /// Decides about a request.
  ///
  /// - Parameters:
  ///   - userCode: In any spelling; the caller has checked that the decider may (the page by
  ///     ``lookUp(_:by:at:)`` with its guess limits, the control API by its token).
  ///   - verdict: What is wanted.
  ///   - person: The name of the person who approves; `nil` means the directory's first.
  ///   - time: Now, by the service's clock.
  /// - Returns: Whether the verdict holds, and what changed.
  public mutating func decide(
    userCode: String, _ verdict: Verdict, as person: String? = nil, at time: ServiceTime
  ) -> Outcome<DecisionResult> {
    sweepIfDue(at: time)
    guard let code = UserCode(typed: userCode), let flow = flow(of: code) else {
      return outcome(.unknown)
    }
    guard verdict != .approve || configuration.directory.person(named: person) != nil else {
      return outcome(.unknownPerson)
    }
    return outcome(decided(flow, verdict, as: person, at: time))
  }
}

extension IdentityService {
  private mutating func found(
    _ typed: String, by visitor: Visitor, at time: ServiceTime
  ) -> LookUp {
    if let wait = guessWait(of: visitor, at: time) { return .tooManyTries(wait: wait) }
    guard let code = UserCode(typed: typed) else {
      chargeGuess(GuessBudget.malformedCode, to: visitor, at: time)
      return .malformed
    }
    guard let flow = flow(of: code) else {
      chargeGuess(GuessBudget.wrongCode, to: visitor, at: time)
      return .unknown
    }
    guard time < flow.expires else {
      // An old code was a right one once; it costs little, so that a reload locks nobody out.
      chargeGuess(GuessBudget.malformedCode, to: visitor, at: time)
      // To someone who guesses, a right code of yesterday looks like a wrong one.
      return isSuspicious(visitor, at: time) ? .unknown : .expired
    }
    return .found(verification(of: flow, at: time))
  }

  private mutating func decided(
    _ flow: DeviceFlow, _ verdict: Verdict, as person: String?, at time: ServiceTime
  ) -> DecisionResult {
    let standing = flow.standing(at: time)
    switch (standing, verdict) {
    case (.expired, .expire): return .done(verification(of: flow, at: time))
    case (.expired, _), (.forgotten, _): return .expired
    case (.redeemed, .expire): return .conflict(verification(of: flow, at: time))
    case (_, .expire): record(.flowExpired(flow.codeHash, time))
    case (.pending, .approve):
      let person = configuration.directory.person(named: person)?.name
      record(.flowDecided(flow.codeHash, .approved, person: person))
    case (.pending, .deny): record(.flowDecided(flow.codeHash, .denied, person: nil))
    case (.approved, .approve), (.redeemed, .approve):
      guard isApproval(of: flow, by: person) else {
        return .conflict(verification(of: flow, at: time))
      }
    case (.denied, .deny): break
    case (.approved, .deny), (.redeemed, .deny), (.denied, .approve):
      return .conflict(verification(of: flow, at: time))
    }
    return .done(verification(of: state.flows[flow.codeHash] ?? flow, at: time))
  }

  /// Whether an approval is the one that was given: of the same person, if one is named.
  private func isApproval(of flow: DeviceFlow, by person: String?) -> Bool {
    let directory = configuration.directory
    return person == nil
      || directory.person(named: person)?.name == signedIn(by: flow)
  }

  private func flow(of code: UserCode) -> DeviceFlow? {
    state.userCodes[code].flatMap { state.flows[$0] }
  }

  private func verification(of flow: DeviceFlow, at time: ServiceTime) -> Verification {
    let client = state.clients[flow.clientID]
    return Verification(
      userCode: flow.userCode, clientName: client?.name ?? "", scopes: flow.scopes,
      startURL: flow.startURL, requester: flow.requester, age: time - flow.started,
      remaining: max(.zero, flow.expires - time), standing: flow.standing(at: time))
  }
}
