//  DevicePoll.swift - when to ask for the token again.
//
//  Knows: RFC 8628 section 3.5 (interval, slow_down, expiry) and which failures pass (H02-H06,
//  N01-N08, N17). Pure: no clock, no network.
//  Does not know: who asks (SSOOIDCClient, a script) or how (ServiceClient).

/// The waiting for a person's answer, as a state machine: a result in, the next action out.
public struct DevicePoll: Sendable {
  /// What to do next.
  public enum Action: Sendable, Equatable {
    /// Wait this long, then ask.
    case askAfter(Duration)
    /// Stop: this is why.
    case fail(SSOError)
  }

  /// Between polls when the service names no interval (RFC 8628 section 3.2).
  public static let usualInterval = Duration.seconds(5)
  /// A code's life when the service names none; AWS's codes live as long.
  public static let usualLifetime = Duration.seconds(600)
  /// Pauses after failures grow to this.
  private static let longestBackOff = Duration.seconds(60)
  /// A last poll comes so long before the code's end: the service has counted from its own answer on.
  private static let margin = Duration.seconds(1)
  /// Unclear refusals in a row that are waited out (H06).
  private static let unclearLimit = 5

  /// The least time between two polls; `slow_down` makes it longer for good.
  public private(set) var interval: Duration
  /// How long the code lives, from the start of the polling.
  public let lifetime: Duration
  private var backOff: Duration?
  private var unclearInARow = 0
  private var answerMayBeLost = false

  /// Starts with what the service said.
  ///
  /// - Parameters:
  ///   - interval: Between polls; not positive counts as absent. Capped within the lifetime (H16).
  ///   - lifetime: Of the code, from now.
  public init(interval: Duration? = nil, lifetime: Duration? = nil) {
    let lifetime = lifetime.flatMap { $0 > .zero ? $0 : nil } ?? Self.usualLifetime
    let wanted = interval.flatMap { $0 > .zero ? $0 : nil } ?? Self.usualInterval
    self.lifetime = lifetime
    self.interval = min(wanted, Self.last(within: lifetime))
  }

  /// When to ask a last time, of what is left.
  private static func last(within left: Duration) -> Duration {
    left > margin * 2 ? left - margin : left
  }

  /// The wait before the first poll.
  public var first: Action { .askAfter(interval) }

  /// Decides what follows a poll that gave no token.
  ///
  /// - Parameters:
  ///   - error: What the poll gave instead.
  ///   - elapsed: Since the start of the polling, by the monotonic clock.
  /// - Returns: When to ask again, or why not.
  public mutating func refused(_ error: SSOError, elapsed: Duration) -> Action {
    defer { if error.mayHideAToken { answerMayBeLost = true } }
    switch Self.meaning(of: error) {
    case .pending:
      answered()
      return ask(after: interval, error, elapsed)
    case .slowDown:
      answered()
      interval += .seconds(5)  // RFC 8628, 3.5: kept for all later requests
      return ask(after: interval, error, elapsed)
    case .outage:
      unclearInARow = 0
      return pend(error, elapsed)
    case .unclear:
      unclearInARow += 1
      return unclearInARow > Self.unclearLimit ? .fail(error) : pend(error, elapsed)
    case .final:
      return .fail(answerMayBeLost && error.code == .invalidGrant ? Self.lost(error) : error)
    }
  }

  private mutating func answered() {
    backOff = nil
    unclearInARow = 0
  }

  /// Waits twice as long as before, but asks a last time within the code's life.
  private mutating func pend(_ error: SSOError, _ elapsed: Duration) -> Action {
    let pause = max(interval, min((backOff ?? interval) * 2, Self.longestBackOff))
    backOff = pause
    let left = lifetime - elapsed
    let last = max(interval, Self.last(within: left))
    return ask(after: left >= interval ? min(pause, last) : pause, error, elapsed)
  }

  /// Asks after the pause, or the longer one the service wishes; a wish beyond the code's whole
  /// life is senseless and means its end (H04).
  private func ask(after pause: Duration, _ error: SSOError, _ elapsed: Duration) -> Action {
    let wish = error.retryAfter ?? .zero
    let pause = max(pause, wish > lifetime ? Self.last(within: lifetime - elapsed) : wish)
    return elapsed + pause <= lifetime ? .askAfter(pause) : .fail(expired(error))
  }
}

extension DevicePoll {
  /// What a refused poll tells.
  private enum Meaning { case pending, slowDown, outage, unclear, final }

  private static func meaning(of error: SSOError) -> Meaning {
    if let transport = error.transport, error.kind == .transport {
      return transport.code == .other ? .unclear : transport.isPassing ? .outage : .final
    }
    switch (error.code, error.status) {
    case (.authorizationPending, _): return .pending
    case (.slowDown, _), (.tooManyRequests, _), (_, 429): return .slowDown
    case (.captivePortal, _): return .outage
    case (_, .some(500...)): return error.kind == .service ? .outage : .final
    case (.status(403), _), (.status(408), _): return .unclear
    default: return .final
    }
  }

  /// The end of the code's life: the outage that lasted until then, or plainly expired.
  private func expired(_ last: SSOError) -> SSOError {
    var error = last
    let seconds = lifetime.components.seconds
    switch Self.meaning(of: last) {
    case .pending, .slowDown, .final:
      error.code = .expiredToken
      error.error = "expired_token"
      error.errorDescription = nil
      error.message = "nobody confirmed the code within its \(seconds) s"
    case .outage, .unclear:
      let wish = last.retryAfter.map { " and asks to wait \($0.components.seconds) s" } ?? ""
      error.message = "unavailable until the code's end after \(seconds) s\(wish): " + last.message
    }
    error.retryable = false
    return error
  }

  private static func lost(_ error: SSOError) -> SSOError {
    var error = error
    error.message = "approved, but the answer was lost"
    return error
  }
}

extension SSOError {
  /// Whether the service may have handed out a token that never arrived (N08), or that was taken for
  /// something else (H24).
  fileprivate var mayHideAToken: Bool {
    transport?.delivery == .maybeReceived || (status ?? 0) >= 500 || code == .captivePortal
  }
}
