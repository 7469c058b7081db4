//  ServiceTime.swift - a point in the service's time.
//
//  Knows: how points and durations add up.
//  Does not know: which clock it came from; every call to the service brings its time along.

/// A point in calendar time, as the service sees it.
public struct ServiceTime: Sendable, Hashable, Comparable {
  /// Time since 1970-01-01T00:00:00Z, without leap seconds.
  public var sinceEpoch: Duration

  /// Makes a point in time.
  public init(sinceEpoch: Duration) { self.sinceEpoch = sinceEpoch }

  /// Whole seconds since the epoch, as the wire format counts.
  public var seconds: Int64 { sinceEpoch.components.seconds }

  /// Moves a point in time.
  public static func + (time: Self, duration: Duration) -> Self {
    Self(sinceEpoch: time.sinceEpoch + duration)
  }

  /// Gives the time that passed from `earlier` to `later`.
  public static func - (later: Self, earlier: Self) -> Duration {
    later.sinceEpoch - earlier.sinceEpoch
  }

  /// Orders by time.
  public static func < (left: Self, right: Self) -> Bool { left.sinceEpoch < right.sinceEpoch }
}
