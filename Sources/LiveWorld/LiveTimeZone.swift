//  LiveTimeZone.swift - the zone of the variable TZ, or the machine's.

import Platform
import SSOScript

/// The zone that the C library knows, read when a script first asks.
struct LiveTimeZone: WorldTimeZone {
  private static let isRead: Void = tzset()

  func offset(at seconds: Int64) -> ZoneOffset {
    Self.isRead
    var time = time_t(seconds)
    var local = unsafe tm()
    guard unsafe localtime_r(&time, &local) != nil, let zone = unsafe local.tm_zone else {
      return UTCZone().offset(at: seconds)
    }
    return unsafe ZoneOffset(
      seconds: Int64(local.tm_gmtoff), isDaylightSaving: local.tm_isdst > 0,
      abbreviation: String(cString: zone))
  }
}
