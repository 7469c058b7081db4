//  CalendarDate.swift - os.date and os.time: a day and a time of day in some zone. Pure.

import LuaEngine
internal import SSOOIDC

/// A date in the proleptic Gregorian calendar, as clocks with an offset from UTC show it.
struct CalendarDate {
  let year: Int64, month: Int64, day: Int64
  let hour: Int64, minute: Int64, second: Int64
  let offset: ZoneOffset

  /// The date at `seconds` since 1970.
  init(seconds: Int64, _ offset: ZoneOffset) {
    let wall = seconds + offset.seconds
    let days = wall.dividedDown(by: 86400)
    let time = wall - days * 86400
    let date = CivilDate.civil(daysSince1970: Int(days))
    (year, month, day) = (Int64(date.year), Int64(date.month), Int64(date.day))
    (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
    self.offset = offset
  }

  /// The last second of which every field fits C's `struct tm`, as Lua's manual has it; the same
  /// before 1970.
  static let range = -67_768_040_609_740_800...67_768_036_191_676_799 as ClosedRange<Int64>

  /// Days from 1970 to the first of a month.
  static func days(year: Int64, month: Int64) -> Int64 {
    Int64(CivilDate.days(year: Int(year), month: Int(month)))
  }

  private var daysSince1970: Int64 { Self.days(year: year, month: month) + day - 1 }

  /// Since 1970-01-01T00:00:00Z.
  var seconds: Int64 {
    daysSince1970 * 86400 + hour * 3600 + minute * 60 + second - offset.seconds
  }

  /// 0 is Sunday.
  var weekday: Int64 { (daysSince1970 + 4).modulo(7) }

  /// 1 to 366.
  var dayOfYear: Int64 { Self.days(year: year, month: month) + day - firstOfYear }

  private var firstOfYear: Int64 { Self.days(year: year, month: 1) }

  /// The week of the year, 0 to 53, when weeks begin on `weekday`.
  func week(from weekday: Int64) -> Int64 {
    (dayOfYear - 1 + 7 - (self.weekday - weekday).modulo(7)) / 7
  }

  /// The year and week of ISO 8601: weeks begin on Monday, week 1 holds 4 January.
  var isoWeek: (year: Int64, week: Int64) {
    let thursday = CalendarDate(
      seconds: (daysSince1970 + 3 - (weekday - 1).modulo(7)) * 86400, .greenwich)
    return (thursday.year, (thursday.dayOfYear - 1) / 7 + 1)
  }

  /// What `os.date("*t")` gives.
  var table: LuaTable {
    LuaTable([
      "year": .integer(year), "month": .integer(month), "day": .integer(day),
      "hour": .integer(hour), "min": .integer(minute), "sec": .integer(second),
      "wday": .integer(weekday + 1), "yday": .integer(dayOfYear),
      "isdst": .boolean(offset.isDaylightSaving),
    ])
  }
}

extension Int64 {
  /// What a division leaves that rounds towards minus infinity: never negative.
  func modulo(_ divisor: Int64) -> Int64 { self - dividedDown(by: divisor) * divisor }
}
