//  TimeZone.swift - the door to the local time zone.

/// The door to the local time zone.
public protocol WorldTimeZone: Sendable {
  /// What the local clocks show at a time.
  ///
  /// - Parameter seconds: Since 1970-01-01T00:00:00Z; any value.
  /// - Returns: How far they are from UTC then.
  func offset(at seconds: Int64) -> ZoneOffset
}

/// How far local clocks are from UTC.
public struct ZoneOffset: Sendable, Equatable {
  /// Seconds east of Greenwich.
  public var seconds: Int64
  /// Whether it is summer time.
  public var isDaylightSaving: Bool
  /// `CET`.
  public var abbreviation: String

  /// Describes an offset.
  public init(seconds: Int64, isDaylightSaving: Bool = false, abbreviation: String) {
    self.seconds = seconds
    self.isDaylightSaving = isDaylightSaving
    self.abbreviation = abbreviation
  }

  /// What `os.date("!…")` uses.
  static let greenwich = ZoneOffset(seconds: 0, abbreviation: "GMT")
}

/// Clocks that show UTC, as those of a simulated world do.
public struct UTCZone: WorldTimeZone {
  /// Makes the zone.
  public init() {}

  /// No difference at any time.
  public func offset(at seconds: Int64) -> ZoneOffset {
    ZoneOffset(seconds: 0, abbreviation: "UTC")
  }
}
