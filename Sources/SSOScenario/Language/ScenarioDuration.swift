//  ScenarioDuration.swift - durations and moments as scenarios write them: "42s", "1h30m", 5. Pure.

internal import LuaEngine
internal import SSOScript

/// How scenarios write time.
enum ScenarioDuration {
  private static let units: [(name: String, nanoseconds: Double)] = [
    ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9), ("d", 86_400e9),
  ]

  /// In seconds, some 285 years: in nanoseconds it fits a machine's number.
  private static let longest = 9e9

  /// Reads `"1h30m"`, `"250ms"`, `"-2h"`, or a number of seconds, for a call such as `sim.run: limit`.
  static func read(_ value: LuaValue, _ place: String) throws(ScriptFailure) -> Duration {
    switch value {
    case .integer(let seconds) where Double(seconds).magnitude < longest: return .seconds(seconds)
    case .number(let seconds) where seconds.magnitude < longest:
      return nanoseconds(seconds * 1e9)
    case .integer, .number: throw .misuse("\(place): a duration is below \(Int64(longest)) seconds")
    case .string(let text):
      if let duration = parse(text) { return duration }
      throw .misuse("\(place): \"\(text.prefix(40))\" is no duration; write 42s, 1h30m, 250ms, 90d")
    default:
      throw .misuse("\(place): expected a duration such as \"42s\", got \(value.typeName)")
    }
  }

  static func parse(_ text: String) -> Duration? {
    var rest = text[...]
    let isNegative = rest.hasPrefix("-")
    if isNegative { rest.removeFirst() }
    guard !rest.isEmpty else { return nil }
    var sum = Duration.zero
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
      let letters = rest[digits.endIndex...].prefix { $0.isASCII && $0.isLetter }
      guard let number = Double(digits), let unit = units.first(where: { $0.name == letters }),
        sum.inSeconds + number * unit.nanoseconds / 1e9 < longest
      else { return nil }
      sum += nanoseconds(number * unit.nanoseconds)
      rest = rest[letters.endIndex...]
    }
    return isNegative ? .zero - sum : sum
  }

  /// The nearest whole number of them, but some time where some is meant: who lets time pass bit by bit
  /// must come to an end.
  private static func nanoseconds(_ number: Double) -> Duration {
    let nearest = Int64(number.rounded())
    return .nanoseconds(nearest == 0 && number != 0 ? (number < 0 ? -1 : 1) : nearest)
  }

  /// A duration as a script sees it: seconds, whole where they are.
  static func value(_ duration: Duration) -> LuaValue {
    let (seconds, attoseconds) = duration.components
    return attoseconds == 0 ? .integer(seconds) : .number(duration.inSeconds)
  }

  /// A duration for a person: `45s`, `1h`, `1m30s`, `0.25s`.
  static func text(_ duration: Duration) -> String {
    if duration < .zero { return "-" + text(.zero - duration) }
    let (seconds, attoseconds) = duration.components
    guard attoseconds == 0 else { return "\(duration.inSeconds)s" }
    let parts = [(seconds / 3600, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s")]
    let text = parts.filter { $0.0 > 0 }.map { "\($0.0)\($0.1)" }.joined()
    return text.isEmpty ? "0s" : text
  }
}

extension Duration {
  /// Of what ``ScenarioDuration`` reads; fractions dropped.
  var wholeNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
  }
}
