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
    var replaced: [StateRow] = []
    apply(change, noting: &replaced)
  }

  /// Alters the tables, and appends each altered row as it was before.
  mutating func apply(_ change: Change, noting replaced: inout [StateRow]) {
    if let row = row(under: change) { replaced.append(row) }
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
    case .swept(let scope, let time): sweep(scope, at: time, &replaced)
    }
  }

  /// Puts a row in place, whatever stood there; the index of user codes follows.
  public mutating func put(_ row: StateRow) {
    switch row {
    case .client(let id, let client): clients[id] = client
    case .flow(let hash, let flow): put(flow, hash)
    case .authorizationCode(let hash, let code): authorizationCodes[hash] = code
    case .family(let id, let family): families[id] = family
    case .accessToken(let hash, let token): accessTokens[hash] = token
    case .refreshToken(let hash, let token): refreshTokens[hash] = token
    case .guess(let key, let tally): guesses[key] = tally
    }
  }

  private mutating func put(_ flow: DeviceFlow?, _ hash: SecretHash) {
    if let old = flows[hash], userCodes[old.userCode] == hash { userCodes[old.userCode] = nil }
    flows[hash] = flow
    guard let flow else { return }
    // A code that was drawn again leads to the later request.
    let other = userCodes[flow.userCode].flatMap { flows[$0] }
    if other.map({ $0.started <= flow.started }) ?? true { userCodes[flow.userCode] = hash }
  }
}

// MARK: - Sweeping

extension ServiceState {
  private mutating func sweep(
    _ scope: SweepScope, at time: ServiceTime, _ replaced: inout [StateRow]
  ) {
    lastSweep = time
    clients.drop({ time >= $1.secretExpires }, into: &replaced, StateRow.client)
    flows.drop(
      { _, flow in
        scope == .dead
          ? time >= flow.forgettable : time >= flow.expires || flow.isRedeemed
      }, into: &replaced, StateRow.flow)
    userCodes = userCodes.filter { code, hash in
      flows[hash].map { time < $0.expires + DeviceFlow.userCodeMemory } ?? false
    }
    families.drop({ time >= $1.ends }, into: &replaced, StateRow.family)
    let live = families
    // A used code is remembered as long as there is something to revoke (R6749-09).
    authorizationCodes.drop(
      { _, code in
        let hasTokens = scope == .dead && code.familyID.map { live[$0] != nil } ?? false
        return time >= code.expires && !hasTokens
      }, into: &replaced, StateRow.authorizationCode)
    accessTokens.drop(
      { time >= $1.expires || live[$1.familyID] == nil }, into: &replaced, StateRow.accessToken)
    // So is a used refresh token (RFC 9700, 4.14.2).
    refreshTokens.drop(
      { _, token in
        let isOld = token.rotation.map { time >= $0.time + RefreshToken.fullMemory } ?? false
        return live[token.familyID] == nil || scope == .finished && isOld
      }, into: &replaced, StateRow.refreshToken)
    guesses.drop({ time >= $1.ends }, into: &replaced, StateRow.guess)
  }
}

extension Dictionary {
  /// Removes what is dead, and appends each removed row.
  fileprivate mutating func drop(
    _ isDead: (Key, Value) -> Bool, into replaced: inout [StateRow],
    _ row: (Key, Value?) -> StateRow
  ) {
    for (key, value) in self where isDead(key, value) {
      replaced.append(row(key, value))
      self[key] = nil
    }
  }
}
