//  CalendarDate.swift - os.date and os.time: a day and a time of day, in UTC. Pure.

import LuaEngine

/// A date in the proleptic Gregorian calendar, UTC.
struct CalendarDate {
  let year: Int64, month: Int64, day: Int64
  let hour: Int64, minute: Int64, second: Int64

  /// The date at `seconds` since 1970.
  init(seconds: Int64) {
    let days = (seconds >= 0 ? seconds : seconds - 86399) / 86400
    let time = seconds - days * 86400
    // Days are counted from 1 March of year 0, so that a leap day ends a year.
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
  }

  /// The date in a table as `os.time` takes it; fields out of their range carry over.
  init(_ table: LuaTable) throws(ScriptFailure) {
    func field(_ name: String, default defaultValue: Int64?) throws(ScriptFailure) -> Int64 {
      switch table[name] {
      case .integer(let value) where abs(value) < 1 << 31: return value
      case .number(let value) where Int64(exactly: value).map({ abs($0) < 1 << 31 }) == true:
        return Int64(value)
      case .nil:
        guard let defaultValue else {
          throw .misuse("field '\(name)' missing in date table")
        }
        return defaultValue
      default: throw .misuse("field '\(name)' is not an integer")
      }
    }
    let months = try field("month", default: nil) - 1
    let years = try field("year", default: nil) + (months >= 0 ? months : months - 11) / 12
    let start = Self.days(year: years, month: (months % 12 + 12) % 12 + 1)
    let days = start + (try field("day", default: nil)) - 1
    let minutes = try field("hour", default: 12) * 60 + (try field("min", default: 0))
    self.init(seconds: days * 86400 + minutes * 60 + (try field("sec", default: 0)))
  }

  /// Days from 1970 to the first of a month.
  private static func days(year: Int64, month: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// Seconds since 1970.
  var seconds: Int64 {
    (Self.days(year: year, month: month) + day - 1) * 86400 + hour * 3600 + minute * 60 + second
  }

  /// 0 is Sunday.
  var weekday: Int64 { ((seconds - (hour * 3600 + minute * 60 + second)) / 86400 % 7 + 11) % 7 }

  /// 1 to 366.
  var dayOfYear: Int64 {
    Self.days(year: year, month: month) - Self.days(year: year, month: 1) + day
  }

  /// What `os.date("*t")` gives.
  var table: LuaTable {
    LuaTable([
      "year": .integer(year), "month": .integer(month), "day": .integer(day),
      "hour": .integer(hour), "min": .integer(minute), "sec": .integer(second),
      "wday": .integer(weekday + 1), "yday": .integer(dayOfYear), "isdst": false,
    ])
  }
}
