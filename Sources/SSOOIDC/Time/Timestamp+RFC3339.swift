//  Timestamp+RFC3339.swift - dates as AWS's files and credential processes write them.
//
//  Knows: RFC 3339, and what our neighbours write beside it (`UTC` for `Z`, leap seconds).

extension Timestamp {
  /// Reads `2030-01-02T03:04:05Z` and its relatives.
  ///
  /// Accepted beside `Z`: an offset (`-08:00`, `-0800`), the suffix `UTC` of AWS CLI files from
  /// before 2021, fractions (digits after the ninth are dropped), `t`, `z` or a blank in lower
  /// case or in place of `T`, and the leap second `:60`, which is the second after it.
  ///
  /// - Parameter text: The date; `nil` results when it is none, or has no zone.
  public init?(rfc3339 text: String) { self.init(rfc3339: text, yearDigits: 4...4) }

  /// The same, for years of so many digits.
  init?(rfc3339 text: String, yearDigits: ClosedRange<Int>) {
    var scanner = DateScanner(text)
    guard let year = scanner.year(yearDigits), scanner.skip("-"), let month = scanner.digits(2),
      scanner.skip("-"), let day = scanner.digits(2), scanner.skip("T", "t", " "),
      let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2),
      scanner.skip(":"), let second = scanner.digits(2)
    else { return nil }
    let date = CivilDate(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    var nanoseconds: Int32 = 0
    if scanner.skip(".") {
      guard let fraction = scanner.nanoseconds() else { return nil }
      nanoseconds = fraction
    }
    guard date.isValid, let offset = scanner.zone(), scanner.isAtEnd else { return nil }
    self.init(seconds: date.secondsSince1970 - Int64(offset), nanoseconds: nanoseconds)
  }

  /// This time as `2030-01-02T03:04:05Z`, whole seconds rounded down.
  ///
  /// Years outside 0 to 9999, which RFC 3339 cannot write, are clamped to its first and last
  /// second.
  public var rfc3339: String {
    let date = CivilDate(secondsSince1970: clampedSeconds)
    return "\(date.year.padded(4))-\(date.month.padded(2))-\(date.day.padded(2))"
      + "T\(date.hour.padded(2)):\(date.minute.padded(2)):\(date.second.padded(2))Z"
  }

  /// This time as SigV4 writes it, `20300102T030405Z`.
  public var sigV4: String {
    let date = CivilDate(secondsSince1970: clampedSeconds)
    return "\(date.year.padded(4))\(date.month.padded(2))\(date.day.padded(2))"
      + "T\(date.hour.padded(2))\(date.minute.padded(2))\(date.second.padded(2))Z"
  }

  /// The seconds, kept between the years 0 and 9999.
  private var clampedSeconds: Int64 { min(max(seconds, -62_167_219_200), 253_402_300_799) }
}

/// Walks over the text of a date.
struct DateScanner {
  private var rest: Substring.UTF8View

  init(_ text: String) { rest = text[...].utf8 }

  var isAtEnd: Bool { rest.isEmpty }

  /// Takes one of `choices`, when it is next.
  mutating func skip(_ choices: Unicode.Scalar...) -> Bool {
    guard let first = rest.first, choices.contains(where: { UInt8(ascii: $0) == first }) else {
      return false
    }
    rest.removeFirst()
    return true
  }

  /// Takes exactly `count` digits.
  mutating func digits(_ count: Int) -> Int? {
    let text = rest.prefix(count)
    guard text.count == count, text.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    rest.removeFirst(count)
    return text.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Takes all digits that are next, when there are as many as may be.
  mutating func year(_ counts: ClosedRange<Int>) -> Int? {
    let count = rest.prefix { (0x30...0x39).contains($0) }.count
    return counts.contains(count) ? digits(count) : nil
  }

  /// Takes a fraction's digits, at least one.
  mutating func nanoseconds() -> Int32? {
    let text = rest.prefix { (0x30...0x39).contains($0) }
    guard !text.isEmpty else { return nil }
    rest = rest[text.endIndex...]
    let nine = Array(text.prefix(9)) + Array(repeating: 0x30, count: max(0, 9 - text.count))
    return nine.reduce(0) { $0 * 10 + Int32($1 - 0x30) }
  }

  /// Takes letters, at most `limit`.
  mutating func letters(_ limit: Int) -> String {
    let text = rest.prefix(limit).prefix { (0x41...0x5A).contains($0 & 0xDF) }
    rest = rest[text.endIndex...]
    return String(Substring(text))
  }

  /// Takes a zone: `Z`, `UTC`, `+hh:mm` or `+hhmm`.
  ///
  /// - Returns: Seconds east of Greenwich.
  mutating func zone() -> Int? {
    if skip("Z", "z") { return 0 }
    let isWest = rest.first == UInt8(ascii: "-")
    guard skip("+", "-") else { return letters(3) == "UTC" ? 0 : nil }
    guard let hours = digits(2), hours < 24 else { return nil }
    _ = skip(":")
    guard let minutes = digits(2), minutes < 60 else { return nil }
    return (isWest ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}
