//  Timestamp+HTTPDate.swift - the dates of the headers Date and Retry-After.
//
//  Knows: the three forms of RFC 9110 section 5.6.7. Does not check the day of the week.

extension Timestamp {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, or one of the two obsolete forms.
  ///
  /// A year of two digits (RFC 850) is in 1970 to 2069.
  ///
  /// - Parameter text: The date; `nil` results when it is none.
  public init?(httpDate text: String) {
    var scanner = DateScanner(text)
    _ = scanner.letters(9)
    let date: CivilDate?
    if scanner.skip(",") {
      _ = scanner.skip(" ")
      date = Self.fixedOrRFC850(&scanner)
    } else {
      _ = scanner.skip(" ")
      date = Self.asctime(&scanner)
    }
    guard let date, date.isValid, scanner.isAtEnd else { return nil }
    self.init(seconds: date.secondsSince1970)
  }

  /// `06 Nov 1994 08:49:37 GMT` or `06-Nov-94 08:49:37 GMT`.
  private static func fixedOrRFC850(_ scanner: inout DateScanner) -> CivilDate? {
    guard let day = scanner.digits(2), scanner.skip(" ", "-"),
      let month = month(&scanner), scanner.skip(" ", "-"),
      let year = scanner.digits(4) ?? scanner.digits(2).map({ $0 + ($0 < 70 ? 2000 : 1900) }),
      scanner.skip(" "), let time = time(&scanner), scanner.skip(" "),
      scanner.letters(3) == "GMT"
    else { return nil }
    return CivilDate(
      year: year, month: month, day: day, hour: time.hour, minute: time.minute,
      second: time.second)
  }

  /// `Nov  6 08:49:37 1994`.
  private static func asctime(_ scanner: inout DateScanner) -> CivilDate? {
    guard let month = month(&scanner), scanner.skip(" ") else { return nil }
    _ = scanner.skip(" ")
    guard let day = scanner.digits(2) ?? scanner.digits(1), scanner.skip(" "),
      let time = time(&scanner), scanner.skip(" "), let year = scanner.digits(4)
    else { return nil }
    return CivilDate(
      year: year, month: month, day: day, hour: time.hour, minute: time.minute,
      second: time.second)
  }

  private static func month(_ scanner: inout DateScanner) -> Int? {
    let name = scanner.letters(3)
    return months.firstIndex(of: name).map { $0 + 1 }
  }

  private static func time(
    _ scanner: inout DateScanner
  ) -> (hour: Int, minute: Int, second: Int)? {
    guard let hour = scanner.digits(2), scanner.skip(":"), let minute = scanner.digits(2),
      scanner.skip(":"), let second = scanner.digits(2)
    else { return nil }
    return (hour, minute, second)
  }
}
