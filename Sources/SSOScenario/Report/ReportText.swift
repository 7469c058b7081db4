//  ReportText.swift - durations, markup and other small things that reports share. Pure.

internal import SSOScript
internal import StrictJSON

enum ReportText {
  /// Real time: `0.8 ms`, `1.24 s`.
  static func real(_ duration: Duration) -> String {
    let microseconds = duration.inMicroseconds
    if microseconds < 1_000_000 { return decimal(microseconds, 1000, digits: 1) + " ms" }
    return decimal(microseconds, 1_000_000, digits: 2) + " s"
  }

  /// Virtual time: `45s`, `1h`, `2.5s`; beyond hours without fractions.
  static func virtual(_ duration: Duration) -> String {
    let isLong = duration >= .seconds(60)
    let rounded = isLong ? .seconds(duration.components.seconds) : duration.roundedToMilliseconds
    return ScenarioDuration.text(rounded)
  }

  /// Seconds with three digits behind the point, for programs: `1.240`.
  static func seconds(_ duration: Duration) -> String {
    decimal(duration.inMicroseconds, 1_000_000, digits: 3)
  }

  static func hexadecimal(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }

  /// `1 scenario`, `2 scenarios`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// A number with a fixed count of digits behind the point.
  static func decimal(_ number: Int64, _ unit: Int64, digits: Int) -> String {
    var factor: Int64 = 1
    for _ in 0..<digits { factor *= 10 }
    let (whole, rest) = number.quotientAndRemainder(dividingBy: unit)
    let scaled = (rest * factor + unit / 2) / unit
    let fraction = String(factor + scaled % factor).dropFirst()
    return "\(whole + scaled / factor)" + (digits == 0 ? "" : ".\(fraction)")
  }

  /// Rounded down, so that 100.0 % is all.
  static func percentage(_ share: Double) -> String {
    decimal(Int64(share * 10), 10, digits: 1) + " %"
  }

  /// How many lines a list has that could go on and on.
  private static let most = 50

  /// Lines for a list: equal ones once, with their number, and of too many how many more there are.
  static func folded(_ lines: [String]) -> [String] {
    var counts: [String: Int] = [:]
    let different = lines.filter { line in
      counts[line, default: 0] += 1
      return counts[line] == 1
    }
    let shown = different.prefix(most).map { line in
      counts[line, default: 1] == 1 ? line : "\(line) (\(counts[line, default: 1]) times)"
    }
    let rest = different.count - shown.count
    return rest > 0 ? shown + ["… and \(rest) more"] : shown
  }

  static func indented(_ text: String, by count: Int) -> String {
    let margin = String(repeating: " ", count: count)
    return text.byteLines.map { $0.isEmpty ? "" : margin + $0 }.joined(separator: "\n")
  }

  /// Text for an element or an attribute of XML 1.0 or HTML; what XML cannot hold becomes U+FFFD.
  static func markup(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A line break in an attribute stays one.
  static func attribute(_ text: String) -> String {
    markup(text).replacing("\n", with: "&#10;").replacing("\t", with: "&#9;")
  }

  /// A string of JSON, which is one of YAML, too.
  static func quoted(_ text: String) -> String {
    guard let bytes = try? JSON.string(text).encoded() else { return "\"\"" }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Text of a script with nothing in it that a terminal would act on.
  static func printable(_ text: String) -> String {
    PrintableText.lines(text, limit: 20_000)
  }
}

extension Duration {
  /// Of more than 292,000 years, so many.
  var inMicroseconds: Int64 { Int64(clamping: attoseconds / 1_000_000_000_000) }

  fileprivate var roundedToMilliseconds: Duration {
    .milliseconds((inMicroseconds + 500) / 1000)
  }
}
