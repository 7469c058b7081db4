//  CallbackFilter.swift - which request is the one that was waited for. Pure.
//
//  Knows: F22: a wrong state is somebody else's and ignored, the first right one wins.

/// Judges the requests that reach the listener of one login.
struct CallbackFilter: Sendable {
  /// Where the browser comes back.
  static let path = "/oauth/callback"

  /// What a request is.
  enum Verdict: Equatable {
    /// Not this login's.
    case foreign
    /// The code.
    case code(Secret)
    /// The person or the service said no.
    case refused(SSOError)
  }

  private let state: String
  /// How many requests were not this login's.
  private(set) var ignored = 0

  init(state: String) { self.state = state }

  /// Judges path and query of a request.
  mutating func judge(_ target: String) -> Verdict {
    guard let parameters = Self.parameters(target), parameters["state"] == state else {
      ignored += 1
      return .foreign
    }
    if let word = parameters["error"], !word.isEmpty {
      return .refused(Self.refusal(word, parameters["error_description"]))
    }
    guard let code = parameters["code"], !code.isEmpty else {
      ignored += 1
      return .foreign
    }
    return .code(Secret(code))
  }

  /// Judges an address that a person brought.
  mutating func judge(pasted text: String) -> Verdict {
    let text = String(text.drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
    guard let url = URLParts(text) else {
      ignored += 1
      return .foreign
    }
    return judge("\(url.path)?\(url.query ?? "")")
  }

  private static func refusal(_ word: String, _ description: String?) -> SSOError {
    let isDenial = word == "access_denied"
    let reason = description.map { ": \($0.escaped(limit: 500))" } ?? ""
    var error = SSOError(
      isDenial ? .accessDenied : SSOError.Code(word.escaped(limit: 60)), .service,
      isDenial ? "the login was declined\(reason)" : "the login page ended\(reason)",
      operation: "authorize")
    error.error = word.escaped(limit: 60)
    error.errorDescription = description?.escaped(limit: 500)
    return error
  }

  /// The query's parameters; `nil` for another path, a broken encoding, or one that comes twice.
  private static func parameters(_ target: String) -> [String: String]? {
    let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts[0] == path, parts.count == 2 else { return nil }
    var parameters: [String: String] = [:]
    for part in parts[1].split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(pair[0]), let value = decoded(pair.count > 1 ? pair[1] : "") else {
        return nil
      }
      guard parameters.updateValue(value, forKey: name) == nil else { return nil }
    }
    return parameters
  }

  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "+"): bytes.append(0x20)
      case UInt8(ascii: "%"):
        guard rest.count >= 2, let value = UInt8(Substring(rest.prefix(2)), radix: 16) else {
          return nil
        }
        bytes.append(value)
        rest = rest.dropFirst(2)
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }
}
