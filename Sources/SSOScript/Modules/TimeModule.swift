//  TimeModule.swift - sso.time: waiting, clocks, and times as text.

import LuaEngine
import SSOOIDC

extension API {
  static let timeFunctions: [APIFunction] = [
    APIFunction(
      "sso.time", "sleep", "Waits; other tasks run meanwhile.",
      .positional([APIParameter("seconds", .number, "How long, fractions included.")]),
      suspends: true, example: "sso.time.sleep(auth.interval)",
      { arguments, _ throws(ScriptFailure) in
        .wait(.sleep(try arguments.duration("seconds") ?? .zero))
      }),
    APIFunction(
      "sso.time", "now", "Gives the seconds since 1970-01-01T00:00:00Z.", .positional([]),
      results: "number",
      { _, host throws(ScriptFailure) in
        let now = host.world.clock.now
        return .value(.number(Double(now.seconds) + Double(now.nanoseconds) / 1e9))
      }),
    APIFunction(
      "sso.time", "monotonic", "Gives seconds since some start; never goes back.",
      .positional([]), results: "number",
      { _, host throws(ScriptFailure) in
        .value(.number(host.world.clock.monotonic.inSeconds))
      }),
    APIFunction(
      "sso.time", "format", "Writes a time as RFC 3339.",
      .positional([
        APIParameter("seconds", .number, required: false, "Since 1970; now if left out."),
        APIParameter(
          "digits", .integer, default: "0", "Of the fraction, 0 to 6; the others are cut off."),
        APIParameter("offset", .string, default: "\"Z\"", "From UTC: +02:00."),
      ]),
      results: "string", example: "sso.time.format(0) --> \"1970-01-01T00:00:00Z\"",
      { arguments, host throws(ScriptFailure) in
        let now = host.world.clock.now
        return .value(
          .string(
            try TimeText.rfc3339(
              arguments.number("seconds") ?? Double(now.seconds) + Double(now.nanoseconds) / 1e9,
              digits: arguments.integer("digits") ?? 0, offset: arguments.text("offset") ?? "Z")))
      }),
    APIFunction(
      "sso.time", "parse", "Reads a time in RFC 3339 or as AWS's files have it.",
      .positional([APIParameter("text", .string)]), results: "seconds since 1970",
      errors: ["InvalidInput"],
      { arguments, _ throws(ScriptFailure) in
        guard let time = Timestamp(rfc3339: arguments.text("text") ?? "") else {
          throw .failed(
            .invalidInput, .validation, "not a time such as 2026-01-31T12:00:00Z",
            operation: "sso.time.parse")
        }
        guard time.nanoseconds != 0 else { return .value(.integer(time.seconds)) }
        return .value(.number(Double(time.seconds) + Double(time.nanoseconds) / 1e9))
      }),
  ]
}

/// Times in RFC 3339.
enum TimeText {
  /// The years 0 to 9999.
  private static let range = -62_167_219_200...253_402_300_799 as ClosedRange<Int64>

  /// Writes a time, rounded down: what ends must not be told to end later.
  static func rfc3339(
    _ seconds: Double, digits: Int64, offset text: String
  ) throws(ScriptFailure) -> String {
    guard (0...6).contains(digits) else {
      throw .misuse("sso.time.format: digits must be from 0 to 6")
    }
    guard let offset = offset(text) else {
      throw .misuse("sso.time.format: offset must be Z or like +02:00")
    }
    guard abs(seconds) < 1e15 else { throw outOfRange }
    var whole = Int64(seconds.rounded(.down))
    let unit = (0..<digits).reduce(Int64(1)) { product, _ in product * 10 }
    let rest = (seconds - Double(whole)) * Double(unit)
    // The double next to 1.96 is a little less, and means it.
    let isNext = abs(rest.rounded() - rest) <= seconds.ulp * Double(unit) + rest.ulp
    var fraction = Int64(rest.rounded(isNext ? .toNearestOrEven : .down))
    if fraction >= unit { (whole, fraction) = (whole + 1, 0) }
    guard range.contains(whole + offset) else { throw outOfRange }
    let date = Timestamp(seconds: whole + offset).rfc3339.dropLast()
    let places = digits == 0 ? "" : "." + String(String(unit + fraction).dropFirst())
    return date + places + (text == "z" ? "Z" : text)
  }

  private static var outOfRange: ScriptFailure {
    .misuse("sso.time.format: seconds is out of range (years 0 to 9999)")
  }

  /// Seconds east of Greenwich, by the reader that reads the whole.
  private static func offset(_ text: String) -> Int64? {
    if text == "Z" || text == "z" { return 0 }
    guard text.utf8.count == 6, text.utf8.dropFirst(3).first == UInt8(ascii: ":") else {
      return nil
    }
    return Timestamp(rfc3339: "1970-01-01T00:00:00\(text)").map { -$0.seconds }
  }
}
