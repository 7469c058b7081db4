//  Form.swift - the parameters of a query or of a form that a page sent.
//
//  Knows: application/x-www-form-urlencoded; a repeated parameter is refused (R8628-03).

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
  var bytes: [UInt8] = []
  var rest = text.utf8[...]
  while let byte = rest.popFirst() {
    switch byte {
    case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
    case UInt8(ascii: "%"):
      guard let high = rest.popFirst().flatMap(hexValue),
        let low = rest.popFirst().flatMap(hexValue)
      else { return nil }
      bytes.append(high << 4 | low)
    default: bytes.append(byte)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}

/// The value of a hexadecimal digit.
func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case 48...57: digit - 48
  case 65...70: digit - 55
  case 97...102: digit - 87
  default: nil
  }
}

/// `text` with everything but letters, digits and `-._~` as `%XX`.
func percentEncoded(_ text: String) -> String {
  var bytes: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
    default: bytes += [UInt8(ascii: "%")] + Array(hex([byte]).uppercased().utf8)
    }
  }
  return String(decoding: bytes, as: UTF8.self)
}
