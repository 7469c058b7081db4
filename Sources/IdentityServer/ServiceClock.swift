//  ServiceClock.swift - the clock that the service lives by: real, or moved by hand.
//
//  Knows: that service time never goes back, whatever happens to the machine's clock (S06).

internal import Synchronization

public import IdentityService
internal import Platform

/// The service's clock.
public final class ServiceClock: Sendable {
  private enum Kind {
    case system(start: ServiceTime, began: ContinuousClock.Instant)
    case virtual
  }

  private let kind: Kind
  /// The time of a virtual clock.
  private let hands: Mutex<ServiceTime>
  /// Who waits for a virtual clock.
  let waiters = ClockWaiters()

  private init(kind: Kind, hands: ServiceTime) {
    self.kind = kind
    self.hands = Mutex(hands)
  }

  /// The machine's calendar time as it is now, running on evenly from here.
  public static func system() -> ServiceClock {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    let start = ServiceTime(sinceEpoch: .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    return ServiceClock(kind: .system(start: start, began: .now), hands: start)
  }

  /// A clock that stands still until it is moved.
  public static func virtual(startingAt time: ServiceTime) -> ServiceClock {
    ServiceClock(kind: .virtual, hands: time)
  }

  /// The service's time.
  public var now: ServiceTime {
    switch kind {
    case .system(let start, let began): start + began.duration(to: .now)
    case .virtual: hands.withLock { $0 }
    }
  }

  /// Whether time stands still until it is moved.
  public var isVirtual: Bool {
    if case .virtual = kind { true } else { false }
  }

  /// Moves a virtual clock.
  ///
  /// - Parameter duration: How far; a negative one changes nothing, time does not go back.
  /// - Returns: The time it shows now, or `nil` for the system's clock, which nobody moves.
  func advance(by duration: Duration) -> ServiceTime? {
    guard isVirtual else { return nil }
    let time = hands.withLock { time in
      time = time + max(.zero, duration)
      return time
    }
    waiters.wake(at: time)
    return time
  }
}
