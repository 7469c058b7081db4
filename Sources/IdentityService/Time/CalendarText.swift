//  CalendarText.swift - a point in time as HTTP and JSON write it.
//
//  Knows: the proleptic Gregorian calendar, IMF-fixdate (RFC 9110, 5.6.7), RFC 3339.
//  Does not know: time zones; everything is UTC.

extension ServiceTime {
  /// The time as an HTTP `Date` header: `Thu, 01 Jan 2026 00:00:42 GMT`.
  public var httpDate: String {
    let date = CalendarDate(secondsSinceEpoch: seconds)
    return "\(date.weekdayName), \(padded(date.day, 2)) \(date.monthName) \(padded(date.year, 4)) "
      + "\(date.clockText) GMT"
  }

  /// The time in RFC 3339 with milliseconds: `2026-01-01T00:00:42.000Z`.
  public var internetDate: String {
    let date = CalendarDate(secondsSinceEpoch: seconds)
    let milliseconds = Int(sinceEpoch.components.attoseconds / 1_000_000_000_000_000)
    return "\(padded(date.year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))"
      + "T\(date.clockText).\(padded(milliseconds, 3))Z"
  }

  /// Reads `YYYY-MM-DDTHH:MM:SSZ`; fails for other forms and for what names no real moment.
  ///
  /// - Parameter internetDate: RFC 3339 in UTC, whole seconds.
  public init?(internetDate: String) {
    let bytes = Array(internetDate.utf8)
    guard bytes.count == 20, bytes[19] == UInt8(ascii: "Z") else { return nil }
    let separators: [(Int, UInt8)] = [(4, 45), (7, 45), (10, 84), (13, 58), (16, 58)]
    guard separators.allSatisfy({ bytes[$0.0] == $0.1 }) else { return nil }
    guard let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
      let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
      let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
      (1...12).contains(month), hour < 24, minute < 60, second < 60
    else { return nil }
    let days = daysSinceEpoch(year: year, month: month, day: day)
    let time = Self(sinceEpoch: .seconds(days * 86_400 + hour * 3600 + minute * 60 + second))
    // A day that the month does not have comes back as another date.
    guard time.internetDate.utf8.starts(with: bytes.prefix(19)) else { return nil }
    self = time
  }
}

/// One calendar date and time of day.
private struct CalendarDate {
  let year: Int, month: Int, day: Int, weekday: Int, secondOfDay: Int

  /// Howard Hinnant's days-to-civil: years start in March, so that leap days come last.
  init(secondsSinceEpoch: Int64) {
    let seconds = Int(secondsSinceEpoch)
    let days = seconds.flooredQuotient(by: 86_400)
    secondOfDay = seconds - days * 86_400
    weekday = (days + 4) - (days + 4).flooredQuotient(by: 7) * 7
    let shifted = days + 719_468
    let era = shifted.flooredQuotient(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  var weekdayName: String { ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][weekday] }
  var monthName: String {
    let names = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    return names[month - 1]
  }
  var clockText: String {
    "\(padded(secondOfDay / 3600, 2)):\(padded(secondOfDay / 60 % 60, 2))"
      + ":\(padded(secondOfDay % 60, 2))"
  }
}

/// The inverse of ``CalendarDate``.
private func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
  let shiftedYear = month <= 2 ? year - 1 : year
  let era = shiftedYear.flooredQuotient(by: 400)
  let yearOfEra = shiftedYear - era * 400
  let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
  return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
}

private func padded(_ number: Int, _ width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

private func number(_ digits: ArraySlice<UInt8>) -> Int? {
  guard digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
  return digits.reduce(0) { $0 * 10 + Int($1 - 48) }
}

extension Int {
  /// Division that rounds down, also below zero.
  fileprivate func flooredQuotient(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
