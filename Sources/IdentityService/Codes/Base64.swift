//  Base64.swift - base64 read back: HTTP Basic, the parts of a JWT.

/// The bytes of base64 in either alphabet, padded or not.
///
/// - Returns: `nil` for other characters and for a length that no bytes have.
func decodedBase64(_ text: some StringProtocol) -> [UInt8]? {
  var bytes: [UInt8] = []
  var buffer: UInt32 = 0
  var bits: UInt32 = 0
  var digits = Array(text.utf8)[...]
  while digits.last == UInt8(ascii: "=") { digits = digits.dropLast() }
  guard digits.count % 4 != 1 else { return nil }
  for digit in digits {
    guard let value = base64Value(digit) else { return nil }
    buffer = buffer << 6 | value
    bits += 6
    guard bits >= 8 else { continue }
    bits -= 8
    bytes.append(UInt8(truncatingIfNeeded: buffer >> bits))
  }
  return bytes
}

private func base64Value(_ digit: UInt8) -> UInt32? {
  switch digit {
  case 65...90: UInt32(digit) - 65
  case 97...122: UInt32(digit) - 71
  case 48...57: UInt32(digit) + 4
  case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
  case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
  default: nil
  }
}
