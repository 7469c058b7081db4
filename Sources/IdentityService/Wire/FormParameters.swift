//  FormParameters.swift - the parameters of a query or of a form body.
//
//  Knows: application/x-www-form-urlencoded, and which names came twice (R8628-03, R6749-03).
//  Does not know: what the parameters mean.

internal import StrictJSON

/// Named texts.
struct FormParameters {
  private struct Value {
    let text: String
    let raw: String
  }

  private var values: [String: Value] = [:]
  /// Names that came more than once: which value counts would be a guess.
  private(set) var repeated: Set<String> = []

  /// Reads `a=1&b=2`.
  ///
  /// - Returns: `nil` when it has other characters than a URL has, a broken escape, or text that is
  ///   not UTF-8.
  init?(_ encoded: String) {
    guard encoded.utf8.allSatisfy({ (33...126).contains($0) }) else { return nil }
    for pair in encoded.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let raw = parts.count > 1 ? parts[1] : ""
      guard let name = formDecoded(parts[0]), let text = formDecoded(raw) else { return nil }
      if values.updateValue(Value(text: text, raw: String(raw)), forKey: name) != nil {
        repeated.insert(name)
      }
    }
  }

  /// A parameter's value; an empty one counts as absent (R8628-03).
  subscript(name: String) -> String? {
    values[name].flatMap { $0.text.isEmpty ? nil : $0.text }
  }

  /// A parameter's value as it was sent, escapes and all.
  func raw(_ name: String) -> String? { values[name]?.raw }

  /// The names of all parameters.
  var names: [String] { Array(values.keys) }

  /// All of them.
  var object: JSONObject {
    JSONObject(names.sorted().map { ($0, .string(self[$0] ?? "")) })
  }

  /// Whether a parameter was sent, if only empty.
  func has(_ name: String) -> Bool { values[name] != nil }
}

/// Undoes percent-encoding and `+`; `nil` for what is then no UTF-8.
func formDecoded(_ text: some StringProtocol) -> String? {
  formDecodedBytes(text).flatMap { String(validating: $0, as: UTF8.self) }
}

/// Undoes percent-encoding and `+`; `nil` for escapes that are none.
package func formDecodedBytes(_ text: some StringProtocol) -> [UInt8]? {
  var bytes: [UInt8] = []
  var rest = Substring(text).utf8[...]
  while let byte = rest.popFirst() {
    switch byte {
    case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
    case UInt8(ascii: "%"):
      guard let high = rest.popFirst().flatMap(hexadecimalValue),
        let low = rest.popFirst().flatMap(hexadecimalValue)
      else { return nil }
      bytes.append(high << 4 | low)
    default: bytes.append(byte)
    }
  }
  return bytes
}

/// `text` with everything but RFC 3986's unreserved characters as `%XX`.
package func percentEncoded(_ text: some StringProtocol) -> String {
  let digits = Array("0123456789ABCDEF".utf8)
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    if isUnreserved(byte) {
      bytes.append(byte)
    } else {
      bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// Letters, digits and `-._~`.
func isUnreserved(_ byte: UInt8) -> Bool {
  switch byte {
  case 48...57, 65...90, 97...122, 45, 46, 95, 126: true
  default: false
  }
}

/// Base 16, lower case.
package func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(
    decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}

/// The value of a hexadecimal digit.
package func hexadecimalValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case 48...57: digit - 48
  case 65...70: digit - 55
  case 97...102: digit - 87
  default: nil
  }
}
