//  Clock.swift - the doors to time and chance.

/// Time as the program sees it: real, or simulated by a scenario.
///
/// Waiting always goes by ``monotonic``; ``now`` may jump when someone sets the machine's clock.
public protocol WorldClock: Sendable {
  /// The calendar time.
  var now: Timestamp { get }
  /// Time since an arbitrary start; never goes back.
  var monotonic: Duration { get }
  /// Waits; a negative duration returns at once.
  ///
  /// - Parameter duration: How long, by ``monotonic``.
  /// - Throws: `CancellationError` as soon as the task is cancelled.
  func sleep(for duration: Duration) async throws(CancellationError)
}

/// A source of random bytes: the operating system's, or a scenario's seed.
public protocol WorldRandomness: Sendable {
  /// Gives `count` random bytes, fit for keys.
  func bytes(_ count: Int) -> [UInt8]
}

/// A point in calendar time: seconds since 1970-01-01T00:00:00Z, without leap seconds.
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Whole seconds, rounded down.
  public var seconds: Int64
  /// The rest, 0 to 999,999,999.
  public var nanoseconds: Int32

  /// Makes a point in time.
  public init(seconds: Int64, nanoseconds: Int32 = 0) {
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Orders by time.
  public static func < (left: Self, right: Self) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }
}

extension Timestamp {
  /// The time so much later, or the last there is; fractions below a nanosecond are dropped.
  public static func + (time: Self, duration: Duration) -> Self {
    let longest = Duration.seconds(Int64.max)
    let (seconds, attoseconds) = min(max(duration, .zero - longest), longest).components
    let nanoseconds = Int64(time.nanoseconds) + attoseconds / 1_000_000_000
    let carry = (nanoseconds < 0 ? nanoseconds - 999_999_999 : nanoseconds) / 1_000_000_000
    return Timestamp(
      seconds: time.seconds.adding(seconds).adding(carry),
      nanoseconds: Int32(nanoseconds - carry * 1_000_000_000))
  }

  /// The time between two, negative if `end` lies before; at most what seconds can count.
  public static func - (end: Self, start: Self) -> Duration {
    let (difference, isOver) = end.seconds.subtractingReportingOverflow(start.seconds)
    guard !isOver else { return .seconds(end.seconds < 0 ? Int64.min : .max) }
    return .seconds(difference)
      + .nanoseconds(Int64(end.nanoseconds) - Int64(start.nanoseconds))
  }
}

extension Int64 {
  /// The sum, or the nearest number there is.
  fileprivate func adding(_ other: Self) -> Self {
    let (sum, isOver) = addingReportingOverflow(other)
    return isOver ? (other < 0 ? .min : .max) : sum
  }
}
