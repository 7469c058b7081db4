//  PercentEncoding.swift - text inside a query (RFC 3986 section 2).

extension String {
  /// Appends `text` with everything but unreserved characters as `%XX`; a blank is `%20`.
  mutating func append(percentEncoding text: String) {
    for byte in text.utf8 {
      if byte.isUnreserved {
        unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        append(byte < 0x10 ? "%0" : "%")
        append(String(byte, radix: 16, uppercase: true))
      }
    }
  }
}

extension UInt8 {
  fileprivate var isUnreserved: Bool {
    isASCIIAlphanumeric || self == 0x2D || self == 0x2E || self == 0x5F || self == 0x7E
  }
}
