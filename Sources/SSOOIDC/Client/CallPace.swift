//  CallPace.swift - so many calls a second, and fewer when the service complains. Pure.

/// When the next call may begin.
public struct CallPace: Sendable {
  /// What the portal bears from one user.
  public static let portal = CallPace(perSecond: 20)
  /// The slowest pace that complaints lead to: one call in two seconds.
  private static let longestGap = Duration.seconds(2)

  private var gap: Duration
  private let shortestGap: Duration
  private var next: Duration?

  /// Makes a pace.
  ///
  /// - Parameter perSecond: Calls a second, at least 1.
  public init(perSecond: Int) {
    gap = .seconds(1) / perSecond
    shortestGap = gap
  }

  /// Takes the next place in the line.
  ///
  /// - Parameter now: By the monotonic clock.
  /// - Returns: How long to wait before the call.
  public mutating func wait(at now: Duration) -> Duration {
    let start = max(now, next ?? now)
    next = start + gap
    return start - now
  }

  /// A call was refused for coming too early: all later ones come slower, and none before `pause`.
  ///
  /// - Parameters:
  ///   - pause: What the service asked for, if it did.
  ///   - now: By the monotonic clock.
  public mutating func slowDown(pause: Duration?, at now: Duration) {
    gap = min(gap * 2, Self.longestGap)
    next = max(next ?? now, now + max(pause ?? .zero, gap))
  }

  /// A call went through: back towards the full pace, a tenth at a time.
  public mutating func succeed() { gap = max(shortestGap, gap * 9 / 10) }
}
