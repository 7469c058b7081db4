//  CivilDate.swift - calendar days and Timestamp, by arithmetic alone.
//
//  Knows: the proleptic Gregorian calendar (Howard Hinnant's days_from_civil).
//  Does not know: time zones, locales, text.

/// A day and a time of day in UTC, as people write them.
package struct CivilDate: Equatable {
  var year: Int
  /// 1 to 12.
  var month: Int
  /// 1 to 31.
  var day: Int
  var hour = 0
  var minute = 0
  /// 0 to 60; 60 is a leap second and counts as the second after it.
  var second = 0

  /// Whether every field is within its calendar range.
  var isValid: Bool {
    (0...999_999).contains(year) && (1...12).contains(month)
      && (1...Self.length(ofMonth: month, year: year)).contains(day) && (0...23).contains(hour)
      && (0...59).contains(minute) && (0...60).contains(second)
  }

  /// Seconds since 1970.
  var secondsSince1970: Int64 {
    Int64(daysSince1970) * 86_400 + Int64(hour * 3600 + minute * 60 + second)
  }

  /// Splits a point in time.
  init(secondsSince1970 seconds: Int64) {
    let days = seconds.dividedDown(by: 86_400)
    let rest = Int(seconds - days * 86_400)
    (year, month, day) = Self.civil(daysSince1970: Int(days))
    (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
  }

  init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    (self.year, self.month, self.day) = (year, month, day)
    (self.hour, self.minute, self.second) = (hour, minute, second)
  }

  private var daysSince1970: Int { Self.days(year: year, month: month) + day - 1 }

  /// Days from 1970 to the first of a month.
  package static func days(year: Int, month: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = year.dividedDown(by: 400)
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5  // from 1 March
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// The day that lies so many days after 1970-01-01.
  package static func civil(daysSince1970: Int) -> (year: Int, month: Int, day: Int) {
    let days = daysSince1970 + 719_468
    let era = days.dividedDown(by: 146_097)
    let dayOfEra = days - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  private static func length(ofMonth month: Int, year: Int) -> Int {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
  }
}

extension BinaryInteger {
  /// Division that rounds towards minus infinity; `divisor` is positive.
  package func dividedDown(by divisor: Self) -> Self {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

extension Int {
  /// Decimal digits, filled with zeros up to `width`.
  func padded(_ width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
  }
}
