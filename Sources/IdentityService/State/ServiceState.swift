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
  /// When dead rows are to be swept out next.
  public private(set) var sweepDue: ServiceTime?
  /// How far a sweep of a large state has come.
  private var sweepPlace = SweepPlace()
  /// Whether a part of it is left.
  var isSweeping: Bool { !sweepPlace.isStart }

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
    switch scope {
    case .dead: sweepOn(at: time, &replaced)
    case .finished:
      sweepPlace = SweepPlace()
      for table in SweepPlace.Table.allCases {
        forget(.finished, in: table, .whole, at: time, &replaced)
      }
    }
    sweepDue = time + (sweepPlace.isStart ? SweepPlace.interval : SweepPlace.pause)
  }

  /// Sweeps from where the last call stopped: a small state as a whole, of a large one a part.
  private mutating func sweepOn(at time: ServiceTime, _ replaced: inout [StateRow]) {
    var seen = 0
    repeat {
      let rows = count(of: sweepPlace.table)
      let part = sweepPlace.next(of: rows)
      seen += rows / part.count
      forget(.dead, in: sweepPlace.table, part, at: time, &replaced)
      sweepPlace.goOn(after: part)
    } while !sweepPlace.isStart
      && seen + count(of: sweepPlace.table) <= SweepPlace.rowsAtOnce
  }

  private func count(of table: SweepPlace.Table) -> Int {
    switch table {
    case .clients: clients.count
    case .flows: max(flows.count, userCodes.count)
    case .families: families.count
    case .authorizationCodes: authorizationCodes.count
    case .accessTokens: accessTokens.count
    case .refreshTokens: refreshTokens.count
    case .guesses: guesses.count
    }
  }

  private mutating func forget(
    _ scope: SweepScope, in table: SweepPlace.Table, _ part: SweepPart, at time: ServiceTime,
    _ replaced: inout [StateRow]
  ) {
    switch table {
    case .clients:
      clients.drop(part, where: { time >= $0.secretExpires }, noting: &replaced, StateRow.client)
    case .flows: forgetFlows(scope, part, at: time, &replaced)
    case .families:
      families.drop(part, where: { time >= $0.ends }, noting: &replaced, StateRow.family)
    case .authorizationCodes, .accessTokens, .refreshTokens:
      forgetTokens(scope, in: table, part, at: time, &replaced)
    case .guesses:
      guesses.drop(part, where: { time >= $0.ends }, noting: &replaced, StateRow.guess)
    }
  }

  private mutating func forgetFlows(
    _ scope: SweepScope, _ part: SweepPart, at time: ServiceTime, _ replaced: inout [StateRow]
  ) {
    flows.drop(
      part,
      where: { flow in
        scope == .dead ? time >= flow.forgettable : time >= flow.expires || flow.isRedeemed
      }, noting: &replaced, StateRow.flow)
    let known = flows
    userCodes.drop(
      part,
      where: { hash in
        known[hash].map { time >= $0.expires + DeviceFlow.userCodeMemory } ?? true
      })
  }

  private mutating func forgetTokens(
    _ scope: SweepScope, in table: SweepPlace.Table, _ part: SweepPart, at time: ServiceTime,
    _ replaced: inout [StateRow]
  ) {
    let live = families
    // A used code is remembered as long as there is something to revoke (R6749-09).
    let isDead = { (code: AuthorizationCode) in
      let hasTokens = scope == .dead && code.familyID.map { live[$0] != nil } ?? false
      return time >= code.expires && !hasTokens
    }
    // So is a used refresh token (RFC 9700, 4.14.2).
    let isOver = { (token: RefreshToken) in
      let isOld = token.rotation.map { time >= $0.time + RefreshToken.fullMemory } ?? false
      return live[token.familyID] == nil || scope == .finished && isOld
    }
    switch table {
    case .authorizationCodes:
      authorizationCodes.drop(
        part, where: isDead, noting: &replaced, StateRow.authorizationCode)
    case .refreshTokens:
      refreshTokens.drop(part, where: isOver, noting: &replaced, StateRow.refreshToken)
    default:
      accessTokens.drop(
        part, where: { time >= $0.expires || live[$0.familyID] == nil }, noting: &replaced,
        StateRow.accessToken)
    }
  }
}

extension Dictionary where Key: SweepKey {
  /// Removes what is dead in a part of the table, and appends each removed row.
  fileprivate mutating func drop(
    _ part: SweepPart, where isDead: (Value) -> Bool, noting replaced: inout [StateRow],
    _ row: (Key, Value?) -> StateRow
  ) {
    drop(part, where: isDead) { replaced.append(row($0, $1)) }
  }

  /// Removes what is dead in a part of the table.
  fileprivate mutating func drop(
    _ part: SweepPart, where isDead: (Value) -> Bool,
    noting note: (Key, Value) -> Void = { _, _ in }
  ) {
    // Removed after the loop only: the first removal in it would copy the table.
    var dead: [Key] = []
    for key in keys where part.holds(key) {
      guard let value = self[key], isDead(value) else { continue }
      note(key, value)
      dead.append(key)
    }
    for key in dead { self[key] = nil }
  }
}
