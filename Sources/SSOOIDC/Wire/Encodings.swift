//  Encodings.swift - bytes as text: hexadecimal and base64. Pure.

/// Base 16, lower case.
package enum Hexadecimal {
  package static func encode(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}

/// Base 64 with the usual alphabet and padding (RFC 4648 section 4).
package enum Base64 {
  package static func encode(_ bytes: [UInt8]) -> String {
    var code = Base64URL.encodedBytes(bytes).map { letter in
      switch letter {
      case UInt8(ascii: "-"): UInt8(ascii: "+")
      case UInt8(ascii: "_"): UInt8(ascii: "/")
      default: letter
      }
    }
    while code.count % 4 != 0 { code.append(UInt8(ascii: "=")) }
    return String(decoding: code, as: UTF8.self)
  }
}
