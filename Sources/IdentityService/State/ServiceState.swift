//  ServiceState.swift - the tables of the service, and how a change alters them.
//
//  Knows: which rows exist. `apply` decides nothing; it is the only place that writes.
//  Does not know: requests, replies, limits.

/// All that a service remembers.
public struct ServiceState: Sendable, Equatable {
  /// By client id.
  public private(set) var clients: [String: Client] = [:]
  /// By hash of the device code.
  public private(set) var flows: [SecretHash: DeviceFlow] = [:]
  /// Which flow a user code belongs to, until it may be drawn again.
  public private(set) var userCodes: [UserCode: SecretHash] = [:]
  /// By hash of the authorization code.
  public private(set) var authorizationCodes: [SecretHash: AuthorizationCode] = [:]
  /// By family id.
  public private(set) var families: [String: TokenFamily] = [:]
  /// By hash of the token.
  public private(set) var accessTokens: [SecretHash: AccessToken] = [:]
  /// By hash of the token.
  public private(set) var refreshTokens: [SecretHash: RefreshToken] = [:]
  /// Wrong user codes.
  public private(set) var guesses: [GuessKey: GuessTally] = [:]
  /// When rows were last swept out.
  public private(set) var lastSweep: ServiceTime?

  /// An empty state.
  public init() {}

  /// Alters the tables.
  public mutating func apply(_ change: Change) {
    switch change {
    case .clientRegistered(let client): clients[client.id] = client
    case .flowStarted(let flow):
      flows[flow.codeHash] = flow
      userCodes[flow.userCode] = flow.codeHash
    case .flowPolled(let hash, let lastPoll, let interval, let forgivenPolls):
      flows[hash]?.count(lastPoll: lastPoll, interval: interval, forgivenPolls: forgivenPolls)
    case .flowDecided(let hash, let decision, let person):
      flows[hash]?.decision = decision
      flows[hash]?.person = person
    case .flowExpired(let hash, let time): flows[hash]?.expires = time
    case .flowRedeemed(let hash): flows[hash]?.isRedeemed = true
    case .codeIssued(let code): authorizationCodes[code.hash] = code
    case .codeSpent(let hash, let familyID):
      authorizationCodes[hash]?.isSpent = true
      authorizationCodes[hash]?.familyID = familyID
    case .familyStarted(let family): families[family.id] = family
    case .familyRevoked(let id): families[id] = nil
    case .accessTokenIssued(let token): accessTokens[token.hash] = token
    case .refreshTokenIssued(let token): refreshTokens[token.hash] = token
    case .refreshTokenRotated(let hash, let rotation): refreshTokens[hash]?.rotation = rotation
    case .guessed(let key, let points, let time, let windowEnds):
      let tally = guesses[key].flatMap { time < $0.ends ? $0 : nil }
      guesses[key] = GuessTally(
        points: (tally?.points ?? 0) + points, ends: tally?.ends ?? windowEnds)
    case .swept(let scope, let time): sweep(scope, at: time)
    }
  }

  private mutating func sweep(_ scope: SweepScope, at time: ServiceTime) {
    lastSweep = time
    clients = clients.filter { time < $1.secretExpires }
    flows = flows.filter { time < (scope == .dead ? $1.forgettable : $1.expires) }
    if scope == .finished { flows = flows.filter { !$1.isRedeemed } }
    userCodes = userCodes.filter { code, hash in
      flows[hash].map { time < $0.expires + DeviceFlow.userCodeMemory } ?? false
    }
    authorizationCodes = authorizationCodes.filter { time < $1.expires }
    families = families.filter { time < $1.ends }
    accessTokens = accessTokens.filter { time < $1.expires && families[$1.familyID] != nil }
    refreshTokens = refreshTokens.filter { families[$1.familyID] != nil }
    guesses = guesses.filter { time < $1.ends }
  }
}
