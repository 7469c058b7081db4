//  RetryPolicy.swift - whether a failed call is repeated, and when.
//
//  Knows: the retry modes of the AWS SDKs (standard by the rules of 2026) and our own rule for
//  what may be sent twice. Pure: time, chance and quota are handed in.

/// How failures are repeated.
public struct RetryPolicy: Sendable, Equatable {
  /// The SDKs' modes that are supported; `adaptive` is not.
  public enum Mode: String, Sendable, CaseIterable {
    /// Three attempts, short pauses, a quota over all calls.
    case standard
    /// Five attempts, long pauses, no quota.
    case legacy
  }

  /// The mode.
  public var mode: Mode
  /// Attempts in all, the first included.
  public var maximumAttempts: Int
  /// All attempts and pauses together; a pause that would pass it is not begun.
  public var totalTime: Duration
  /// Whether calls that came too fast are repeated; not where the caller keeps the pace.
  public var repeatsThrottled = true

  /// Makes a policy with the SDKs' number of attempts.
  public init(mode: Mode = .standard, totalTime: Duration = .seconds(15)) {
    self.mode = mode
    self.totalTime = totalTime
    maximumAttempts = mode == .standard ? 3 : 5
  }

  /// One attempt, and the whole time of the transport's own limit for it.
  public static let never: RetryPolicy = {
    var policy = RetryPolicy(totalTime: .seconds(3600))
    policy.maximumAttempts = 1
    return policy
  }()
}

/// What follows a failed attempt.
enum RetryDecision: Equatable {
  /// The failure goes to the caller.
  case stop
  /// The call is sent again after a pause; `cost` was taken from the quota.
  case again(after: Duration, cost: Int)
}

/// What a decision is made of.
struct FailedAttempt {
  let error: SSOError
  /// 1 for the first.
  let number: Int
  /// Since the call began.
  let elapsed: Duration
  /// Whether the call may be sent twice though the service may have seen it.
  let isRepeatable: Bool
  /// From 0 up to 1.
  let chance: Double
}

extension RetryPolicy {
  /// Statuses of failures that pass.
  private static let transientStatuses = [500, 502, 503, 504]
  /// One more such failure, which only legacy mode repeats by itself.
  private static let legacyStatus = 509

  /// Whether an answer with this status may be followed by a better one.
  package static func isPassing(status: Int) -> Bool {
    transientStatuses.contains(status) || status == legacyStatus || status == 429
  }

  private static let throttlingCodes = [
    "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
    "RequestThrottled", "TooManyRequestsException", "ProvisionedThroughputExceededException",
    "TransactionInProgressException", "RequestLimitExceeded", "BandwidthLimitExceeded",
    "LimitExceededException", "SlowDown", "PriorRequestNotComplete", "EC2ThrottledException",
  ]

  /// Whether the service asks for fewer calls.
  ///
  /// Any 429 counts, also one with an unknown code. The two words for a poll do not, whatever
  /// their status: to wait for the interval, or a longer one, is the poller's work. Nor do the SDKs
  /// repeat other calls that were told to slow down.
  static func isThrottling(code: SSOError.Code, status: Int?) -> Bool {
    guard code != .slowDown, code != .authorizationPending else { return false }
    return throttlingCodes.contains(code.rawValue) || status == 429
  }

  /// Decides what follows `failure`.
  func decide(_ failure: FailedAttempt, quota: RetryQuota) -> RetryDecision {
    guard failure.number < maximumAttempts, let base = baseDelay(failure) else { return .stop }
    let isThrottling = Self.isThrottling(
      code: failure.error.code, status: failure.error.status)
    let delay = max(
      pause(failure, base: base), failure.error.retryAfter ?? .zero)
    guard failure.elapsed + delay < totalTime else { return .stop }
    let cost = mode == .legacy ? 0 : isThrottling ? 5 : 14
    guard quota.take(cost) else { return .stop }
    return .again(after: delay, cost: cost)
  }

  /// The first pause before chance shortens it; `nil` when the failure is not repeated.
  private func baseDelay(_ failure: FailedAttempt) -> Duration? {
    let error = failure.error
    if let transport = error.transport {
      guard failure.isRepeatable || transport.delivery == .neverSent else { return nil }
      return transport.isPassing ? shortPause : nil
    }
    guard failure.isRepeatable, error.kind == .service else { return nil }
    if Self.isThrottling(code: error.code, status: error.status) {
      return repeatsThrottled ? .seconds(1) : nil
    }
    let status = error.status ?? 0
    let isTransient =
      Self.transientStatuses.contains(status) || (mode == .legacy && status == Self.legacyStatus)
    return isTransient ? shortPause : nil
  }

  private var shortPause: Duration { mode == .legacy ? .seconds(1) : .milliseconds(50) }

  /// Chance times the base, doubled with each attempt, at most 20 s; nothing at all the first time
  /// a kept connection turned out to be closed before the request had left (N07).
  private func pause(_ failure: FailedAttempt, base: Duration) -> Duration {
    if failure.number == 1, failure.error.transport?.wasConnectionLost ?? false { return .zero }
    let doubled = base * (1 << min(failure.number - 1, 16))
    return min(doubled, .seconds(20)) * failure.chance
  }
}

extension TransportError {
  /// Whether the network may be well again soon.
  package var isPassing: Bool {
    code == .resolve || code == .connect || code == .timeout || code == .incomplete
      || code == .other
  }

  /// Whether a connection ended before the request left it.
  fileprivate var wasConnectionLost: Bool { delivery == .neverSent && code == .incomplete }
}
