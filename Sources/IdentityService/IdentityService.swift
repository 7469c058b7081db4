//  IdentityService.swift - the identity service: a request in, a reply out.
//
//  Knows: the order of things: sweep, find the operation, apply its rules, stamp the reply.
//  Does not know: clocks, sockets, files, chance. Time and random bytes come with each call.

internal import StrictJSON

/// The rules of an identity service as a state machine without side effects.
///
/// Everything it learns is in ``state``, everything it does there is in the changes it returns.
/// The same calls with the same times and bytes give the same replies.
public struct IdentityService: Sendable {
  /// How this service behaves.
  public var configuration: ServiceConfiguration
  /// What it remembers.
  public private(set) var state: ServiceState
  private var changes: [Change] = []
  /// What the changes of this call replaced.
  private var replaced: [StateRow] = []
  /// Portal requests within the current second; not worth keeping over a restart.
  private var portalTurns = (second: Int64.min, count: 0)
  /// When room was last made by force.
  private var lastRoomMade: ServiceTime?
  /// Requests since rows were last swept out.
  private var requestsSinceSweep = 0
  /// The newest date of a reply.
  private var dateText = (second: Int64.min, text: "")
  /// Sign-ins that each address began within the current minute.
  var starts = StartBudget()

  /// Gives random bytes: exactly as many as asked for.
  public typealias Randomness = (_ count: Int) -> [UInt8]

  /// Makes a service, empty or with a state that was kept.
  public init(
    configuration: ServiceConfiguration = ServiceConfiguration(),
    state: ServiceState = ServiceState()
  ) {
    self.configuration = configuration
    self.state = state
  }

  /// Answers one request; never fails, every refusal is a reply.
  ///
  /// - Parameters:
  ///   - request: As it came from the network or a simulation.
  ///   - time: Now, by the service's clock; never earlier than in the call before.
  ///   - randomness: Asked for every secret, code and request id.
  /// - Returns: The reply and what changed.
  public mutating func handle(
    _ request: ServiceRequest, at time: ServiceTime, randomness: Randomness
  ) -> Outcome<ServiceReply> {
    sweepIfDue(at: time)
    var facts = ExchangeFacts()
    let dialect = configuration.profile.dialect
    var reply: ServiceReply
    do {
      let operation = try operation(of: request)
      facts.operation = operation
      reply = try perform(operation, request, &facts, at: time, randomness: randomness)
    } catch {
      reply = .refusal(error.answering(request, dialect), dialect, facts: facts)
    }
    reply.stamp(requestID: uuid(randomness(16)), date: date(at: time))
    return outcome(reply)
  }

  /// Changes once a second, and is asked for with every reply.
  private mutating func date(at time: ServiceTime) -> String {
    if dateText.second != time.seconds { dateText = (time.seconds, time.httpDate) }
    return dateText.text
  }

  private func operation(of request: ServiceRequest) throws(ServiceError) -> Operation {
    guard
      let operation = Operation(
        path: request.path, query: request.query, configuration.profile.dialect)
    else { throw .unknownOperation }
    guard operation.methods.contains(request.method) else { throw .methodNotAllowed(operation) }
    guard request.body.count <= configuration.limits.body else {
      throw .bodyTooLarge(operation)
    }
    return operation
  }

  private mutating func perform(
    _ operation: Operation, _ request: ServiceRequest, _ facts: inout ExchangeFacts,
    at time: ServiceTime, randomness: Randomness
  ) throws(ServiceError) -> ServiceReply {
    let dialect = configuration.profile.dialect
    var status = 200
    let members: JSONObject
    switch operation {
    case .createToken:
      try refuseTokens(inURLOf: request, of: operation, &facts)
      let body = try body(of: request, to: operation)
      members = try createToken(body, request, &facts, at: time, randomness: randomness)
    case .startDeviceAuthorization:
      try takeStart(request, at: time)
      let body = try body(of: request, to: operation)
      members = try startDeviceAuthorization(
        body, request, &facts, at: time, randomness: randomness)
    case .registerClient:
      try takeStart(request, at: time)
      status = dialect == .rfc ? 201 : 200
      let body = try body(of: request, to: operation)
      members = try registerClient(body, &facts, at: time, randomness: randomness)
    case .createTokenWithIAM:
      try refuseTokens(inURLOf: request, of: operation, &facts)
      members = try createTokenWithIAM(request, &facts, at: time, randomness: randomness)
    case .metadata: members = configuration.metadata
    case .listAccounts, .listAccountRoles, .getRoleCredentials, .logout:
      return try portal(operation, request, &facts, at: time, randomness: randomness)
    case .authorize: throw .unknownOperation
    }
    return .success(members, status: status, dialect, facts: facts)
  }

  private func body(
    of request: ServiceRequest, to operation: Operation
  ) throws(ServiceError) -> RequestBody {
    try RequestBody(
      of: request, operation, type: request.headers["content-type"], configuration.profile.dialect)
  }

  /// A registered client, or an application of the directory.
  func client(_ id: String) -> Client? {
    state.clients[id] ?? configuration.directory.client(arn: id)
  }
}

// MARK: - Changes

extension IdentityService {
  /// Alters the state and remembers how, for the outcome of this call.
  mutating func record(_ change: Change) {
    state.apply(change, noting: &replaced)
    changes.append(change)
  }

  /// Ends a call: what it gave, and what it changed.
  mutating func outcome<Reply>(_ reply: Reply) -> Outcome<Reply> {
    defer { (changes, replaced) = ([], []) }
    return Outcome(reply: reply, changes: changes, replaced: replaced)
  }

  /// Undoes changes that a store could not keep.
  ///
  /// - Parameter replaced: ``Outcome/replaced`` of those calls, in order, the latest call included.
  public mutating func takeBack(_ replaced: [StateRow]) {
    for row in replaced.reversed() { state.put(row) }
  }

  /// Forgets dead rows once a minute, so that memory stays bounded without a timer.
  mutating func sweepIfDue(at time: ServiceTime) {
    requestsSinceSweep += 1
    // Where the clock stands still, requests are the beat of a sweep that is under way.
    let isNextPartDue = state.isSweeping && requestsSinceSweep > SweepPlace.mostRequests
    if let due = state.sweepDue, time < due, !isNextPartDue { return }
    requestsSinceSweep = 0
    record(.swept(.dead, time))
  }

  /// Makes room, or refuses: forgets finished flows before their time.
  ///
  /// At most once a second, so that a flood of requests is not a flood of sweeps.
  mutating func makeRoom(
    in table: (ServiceState) -> Int, limit: Int, at time: ServiceTime
  ) throws(ServiceError) {
    guard table(state) >= limit else { return }
    if lastRoomMade.map({ time - $0 >= .seconds(1) }) ?? true {
      lastRoomMade = time
      record(.swept(.finished, time))
    }
    guard table(state) < limit else { throw .tooManyRequests }
  }
}

// MARK: - Throttling

extension IdentityService {
  /// Counts a portal request; whether it is within ``ServiceLimits/portalRequests``.
  mutating func takePortalTurn(at time: ServiceTime) -> Bool {
    guard let limit = configuration.limits.portalRequests else { return true }
    if portalTurns.second != time.seconds { portalTurns = (time.seconds, 0) }
    portalTurns.count += 1
    return portalTurns.count <= limit
  }
}
