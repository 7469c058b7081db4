//  LogLevel.swift - how much is logged, and how a line of it looks.

internal import IdentityService
internal import StrictJSON

/// How much is logged; each level includes those after it.
public enum LogLevel: String, Sendable, CaseIterable {
  /// Also what the libraries below say.
  case debug
  /// Every request.
  case info
  /// What a security log should keep, and what the service could not do.
  case warning
  /// What the service could not do.
  case error
  /// Nothing.
  case none

  /// Whether what is of a level is logged.
  public func includes(_ level: LogLevel) -> Bool {
    let order = Self.allCases
    return (order.firstIndex(of: self) ?? 0) <= (order.firstIndex(of: level) ?? 0)
  }
}

/// How a line looks.
public enum LogFormat: String, Sendable, CaseIterable {
  /// `2026-01-01T00:00:00Z info request method=GET …`
  case text
  /// One JSON object per line.
  case json
}

extension LogFormat {
  /// What one event looks like.
  ///
  /// - Parameters:
  ///   - level: Its word.
  ///   - message: What happened.
  ///   - fields: More about it; those of JSON that are called as what every line has get a `_` in front.
  /// - Returns: A line, its end included.
  public func line(
    _ level: String, _ message: String, _ fields: [String: String] = [:]
  ) -> String {
    let now = ServiceClock.system().now.internetDate
    guard self == .json else {
      let words = fields.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.quoted($0.value))" }
      return ([now, level, message] + words).joined(separator: " ") + "\n"
    }
    var object: JSONObject = [
      "time": .string(now), "level": .string(level), "message": .string(message),
    ]
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
      object[object[name] == nil ? name : "_\(name)"] = .string(value)
    }
    // Texts only: encoding has nothing to refuse.
    return String(decoding: (try? JSON.object(object).encoded()) ?? [], as: UTF8.self) + "\n"
  }

  /// Plain words as they are; anything else in quotes, without control characters.
  private static func quoted(_ text: String) -> String {
    let isPlain = !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 34 }
    guard !isPlain else { return text }
    let escaped = (try? JSON.string(text).encoded()) ?? []
    return String(decoding: escaped, as: UTF8.self)
  }
}
