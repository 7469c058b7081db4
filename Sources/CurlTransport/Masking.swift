//  Masking.swift - keeps credentials out of messages. Pure.

internal import SSOOIDC

/// Replaces every `user:password` of a URL by `***:***`.
///
/// - Parameters:
///   - message: Any text, of libcurl for example.
///   - secrets: Credentials known to be in use; they are replaced wherever they appear.
/// - Returns: The message, fit to be shown.
func masked(_ message: String, _ secrets: [String]) -> String {
  var text = Array(message.utf8)
  for secret in secrets where !secret.isEmpty {
    text = Array(
      text.split(separator: Array(secret.utf8), omittingEmptySubsequences: false)
        .joined(separator: "***:***".utf8))
  }
  return maskURLs(String(decoding: text, as: UTF8.self))
}

private func maskURLs(_ text: String) -> String {
  var result = ""
  var rest = text[...]
  while let mark = rest.schemeMark {
    let authority = rest[mark.upperBound...].utf8.prefix { !"/?# '\"".utf8.contains($0) }
    result += rest[..<mark.upperBound]
    rest = rest[mark.upperBound...]
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { continue }
    result += "***:***"
    rest = rest[at...]
  }
  return result + rest
}
