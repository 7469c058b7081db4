//  CalendarDate+Text.swift - strftime in the C locale. Pure.

import SSOOIDC

extension CalendarDate {
  private static let lengthLimit = 4096
  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
  ]
  /// Which conversions may follow the modifiers of C99; the C locale ignores them.
  private static let modifiable: [Character: String] = ["E": "cCxXyY", "O": "deHImMSuUVwWy"]

  /// The date by a format of strftime.
  ///
  /// - Throws: ``ScriptFailure/misuse(_:)`` for a conversion that C99 does not have.
  func text(_ format: String) throws(ScriptFailure) -> String {
    guard format.utf8.count <= Self.lengthLimit else {
      throw .misuse("os.date: the format is longer than \(Self.lengthLimit) bytes")
    }
    var result = String.UnicodeScalarView()
    // To Swift a letter and an accent behind it are one character, which is no conversion.
    var letters = format.unicodeScalars.makeIterator()
    while let letter = letters.next() {
      guard letter == "%" else {
        result.append(letter)
        continue
      }
      result += try conversion(&letters).unicodeScalars
    }
    return String(result)
  }

  private func conversion(
    _ letters: inout String.UnicodeScalarView.Iterator
  ) throws(ScriptFailure) -> String {
    var written = "%"
    var letter = letters.next().map(Character.init)
    let modifier = letter.flatMap { Self.modifiable[$0] }
    if modifier != nil {
      written.append(letter ?? " ")
      letter = letters.next().map(Character.init)
    }
    if let letter, modifier?.contains(letter) != false, let text = convert(letter) { return text }
    if let letter { written.append(letter) }
    throw .misuse(
      "bad argument #1 to 'date' (invalid conversion specifier "
        + "'\(PrintableText.escaped(written, limit: 8))')")
  }

  private func convert(_ conversion: Character) -> String? {
    switch conversion {
    case "c": join("a", " ", "b", " ", "e", " ", "T", " ", "Y")
    case "D", "x": join("m", "/", "d", "/", "y")
    case "F": join("Y", "-", "m", "-", "d")
    case "R": join("H", ":", "M")
    case "T", "X": join("H", ":", "M", ":", "S")
    case "r": join("I", ":", "M", ":", "S", " ", "p")
    default: convertName(conversion) ?? convertNumber(conversion) ?? convertWeek(conversion)
    }
  }

  /// Conversions and the texts between them.
  private func join(_ parts: Character...) -> String {
    parts.map { $0.isLetter ? convert($0) ?? "" : String($0) }.joined()
  }

  private func convertName(_ conversion: Character) -> String? {
    switch conversion {
    case "a": String(Self.weekdays[Int(weekday)].prefix(3))
    case "A": Self.weekdays[Int(weekday)]
    case "b", "h": String(Self.months[Int(month) - 1].prefix(3))
    case "B": Self.months[Int(month) - 1]
    case "p": hour < 12 ? "AM" : "PM"
    case "Z": offset.abbreviation
    case "z": zone
    case "n": "\n"
    case "t": "\t"
    case "%": "%"
    default: nil
    }
  }

  /// `+0130`.
  private var zone: String {
    let minutes = abs(offset.seconds) / 60
    return (offset.seconds < 0 ? "-" : "+") + padded(minutes / 60) + padded(minutes % 60)
  }

  private func convertNumber(_ conversion: Character) -> String? {
    switch conversion {
    case "d": padded(day)
    case "e": padded(day, with: " ")
    case "H": padded(hour)
    case "I": padded((hour + 11) % 12 + 1)
    case "j": padded(dayOfYear, 3)
    case "m": padded(month)
    case "M": padded(minute)
    case "S": padded(second)
    case "u": String(weekday == 0 ? 7 : weekday)
    case "w": String(weekday)
    case "y": padded(year.modulo(100))
    case "Y": String(year)
    case "C": padded(year.dividedDown(by: 100))
    default: nil
    }
  }

  private func convertWeek(_ conversion: Character) -> String? {
    switch conversion {
    case "U": padded(week(from: 0))
    case "W": padded(week(from: 1))
    case "V": padded(isoWeek.week)
    case "G": String(isoWeek.year)
    case "g": padded(isoWeek.year.modulo(100))
    default: nil
    }
  }

  private func padded(_ number: Int64, _ width: Int = 2, with pad: Character = "0") -> String {
    let digits = String(number)
    return String(repeating: pad, count: max(0, width - digits.count)) + digits
  }
}
