//  DeviceFlow.swift - one device authorization from start to token.
//
//  Knows: what is remembered, and what that means at a point in time.
//  Does not know: what is answered (DeviceGrant).

/// What was decided about a device authorization.
public enum Decision: String, Sendable {
  /// The person agreed.
  case approved
  /// The person refused.
  case denied
}

/// One device authorization.
public struct DeviceFlow: Sendable, Equatable {
  /// The hash of the device code; the row's name.
  public var codeHash: SecretHash
  /// What the person compares and types.
  public var userCode: UserCode
  /// Who asked.
  public var clientID: String
  /// For which start URL.
  public var startURL: String
  /// What its tokens will be good for.
  public var scopes: [String]
  /// From where.
  public var requester: Requester
  /// When it began.
  public var started: ServiceTime
  /// When both codes end (R8628-09).
  public var expires: ServiceTime
  /// When the service itself approves; `nil` when a person decides.
  public var approves: ServiceTime?
  /// Between polls; grows with each `slow_down`.
  public var interval: Duration
  /// The poll from which the next interval counts; `nil` before the first.
  public var lastPoll: ServiceTime?
  /// Early polls that were not punished.
  public var forgivenPolls = 0
  /// `nil` until someone decided.
  public var decision: Decision?
  /// The name of the person who approved.
  public var person: String?
  /// Whether its tokens were handed out.
  public var isRedeemed = false

  /// Makes the row of a new authorization.
  public init(
    codeHash: SecretHash, userCode: UserCode, clientID: String, startURL: String, scopes: [String],
    requester: Requester, started: ServiceTime, expires: ServiceTime, approves: ServiceTime?,
    interval: Duration
  ) {
    self.codeHash = codeHash
    self.userCode = userCode
    self.clientID = clientID
    self.startURL = startURL
    self.scopes = scopes
    self.requester = requester
    self.started = started
    self.expires = expires
    self.approves = approves
    self.interval = interval
  }
}

extension DeviceFlow {
  /// What a flow is at a point in time.
  public enum Standing: Sendable, Equatable {
    /// Nobody decided yet.
    case pending
    /// Approved, and the tokens not fetched yet.
    case approved
    /// Denied.
    case denied
    /// The tokens were handed out.
    case redeemed
    /// Its time is over.
    case expired
    /// Its time is over for so long that the service need not know it any more (R8628-21).
    case forgotten
  }

  /// How long an expired code is still called expired (R8628-21).
  static let expiredMemory = Duration.seconds(24 * 3600)
  /// How long after expiry a user code is not drawn again (R8628-35).
  static let userCodeMemory = Duration.seconds(3600)

  /// What the flow is at `time`.
  public func standing(at time: ServiceTime) -> Standing {
    if isRedeemed { return .redeemed }
    if time >= expires + Self.expiredMemory { return .forgotten }
    if time >= expires { return .expired }
    if let decision { return decision == .approved ? .approved : .denied }
    if let approves, time >= approves { return .approved }
    return .pending
  }

  /// Notes a poll.
  mutating func count(lastPoll: ServiceTime?, interval: Duration, forgivenPolls: Int) {
    self.lastPoll = lastPoll
    self.interval = interval
    self.forgivenPolls = forgivenPolls
  }

  /// When the row may go: a redeemed code is refused like an unknown one, so it goes earlier.
  var forgettable: ServiceTime {
    expires + (isRedeemed ? Self.userCodeMemory : Self.expiredMemory)
  }
}
