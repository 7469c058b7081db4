//  Dialect.swift - the two ways to spell requests and replies.

internal import StrictJSON

/// How requests and replies are spelled; the rules behind them are the same.
public enum Dialect: String, Sendable {
  /// JSON in and out, `camelCase`, errors named in a header.
  case aws
  /// Forms in, JSON with `snake_case` out, as RFC 6749, 7591 and 8628 write it.
  case rfc

  /// How this dialect spells a member that AWS calls `name`.
  func spelling(of name: String) -> String {
    guard self == .rfc else { return name }
    return name.reduce(into: "") { spelled, letter in
      if letter.isUppercase { spelled += "_" }
      spelled += letter.lowercased()
    }
  }

  /// A reply's members: AWS sends `null` where it has nothing to say, the RFCs send nothing.
  func spelled(_ members: JSONObject) -> JSONObject {
    guard self == .rfc else { return members }
    return JSONObject(
      members.lazy.filter { !$0.value.isNull }.map { (spelling(of: $0.key), $0.value) })
  }
}
