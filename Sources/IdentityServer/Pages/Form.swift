//  Form.swift - the parameters of a query or of a form that a page sent.
//
//  Knows: application/x-www-form-urlencoded; a repeated parameter is refused (R8628-03).

internal import IdentityService

/// Named values, each name once.
struct Form {
  private let values: [String: String]

  /// Reads `a=1&b=2`; fails for repeated names and for escapes that are none.
  init?(_ encoded: String) {
    var values: [String: String] = [:]
    for pair in encoded.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decoded(parts[0]), let value = decoded(parts.count > 1 ? parts[1] : ""),
        values.updateValue(value, forKey: name) == nil
      else { return nil }
    }
    self.values = values
  }

  /// The value of a parameter; `nil` when it is missing.
  subscript(name: String) -> String? { values[name] }
}

/// Undoes percent-encoding and `+`; what is not UTF-8 shows as U+FFFD.
private func decoded(_ text: Substring) -> String? {
  formDecodedBytes(text).map { String(decoding: $0, as: UTF8.self) }
}
