//  Masking.swift - keeps credentials out of messages. Pure.

/// Replaces every `user:password` of a URL by `***:***`.
///
/// - Parameters:
///   - message: Any text, of libcurl for example.
///   - secrets: Credentials known to be in use; they are replaced wherever they appear.
/// - Returns: The message, fit to be shown.
func masked(_ message: String, _ secrets: [String]) -> String {
  var text = message
  for secret in secrets where !secret.isEmpty {
    text = text.split(separator: secret, omittingEmptySubsequences: false).joined(
      separator: "***:***")
  }
  return maskURLs(text)
}

private func maskURLs(_ text: String) -> String {
  var result = ""
  var rest = text[...]
  while let mark = rest.firstRange(of: "://") {
    let authority = rest[mark.upperBound...].prefix { !"/?# '\"".contains($0) }
    result += rest[..<mark.upperBound]
    if let at = authority.lastIndex(of: "@") {
      result += "***:***"
      rest = rest[at...]
    } else {
      rest = rest[mark.upperBound...]
    }
  }
  return result + rest
}
