//  OpaqueText.swift - random bytes as the texts that travel: client ids, codes, tokens.
//
//  Knows: unpadded URL-safe base64 (RFC 4648, 5), CRC-32, UUIDs.
//  Does not know: where the bytes come from.

private let alphabet = Array(
  "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

/// `bytes` in unpadded URL-safe base64.
func base64URL(_ bytes: [UInt8]) -> String {
  let alphabet = alphabet
  let whole = bytes.count - bytes.count % 3
  var text = [UInt8](repeating: 0, count: whole / 3 * 4)
  var end = 0
  for place in stride(from: 0, to: whole, by: 3) {
    let group = Int(bytes[place]) << 16 | Int(bytes[place + 1]) << 8 | Int(bytes[place + 2])
    text[end] = alphabet[group >> 18]
    text[end + 1] = alphabet[group >> 12 & 63]
    text[end + 2] = alphabet[group >> 6 & 63]
    text[end + 3] = alphabet[group & 63]
    end += 4
  }
  let rest = bytes[whole...].reduce(0) { $0 << 8 | Int($1) }
  switch bytes.count - whole {
  case 1: text += [alphabet[rest >> 2], alphabet[rest << 4 & 63]]
  case 2: text += [alphabet[rest >> 10], alphabet[rest >> 4 & 63], alphabet[rest << 2 & 63]]
  default: break
  }
  return String(decoding: text, as: UTF8.self)
}

/// The CRC-32 of ISO 3309 (as in zip and PNG) over the UTF-8 of `text`.
func crc32(_ text: String) -> UInt32 {
  let remainders = remainders
  var sum = UInt32.max
  for byte in Array(text.utf8) {
    sum = sum >> 8 ^ remainders[Int(UInt8(truncatingIfNeeded: sum) ^ byte)]
  }
  return ~sum
}

/// Of each byte by itself.
private let remainders: [UInt32] = (0..<256).map { byte in
  (0..<8).reduce(byte) { value, _ in
    value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1
  }
}

/// A random UUID (RFC 9562, version 4) from 16 random bytes.
func uuid(_ random: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  text.reserveCapacity(36)
  for (index, byte) in random.prefix(16).enumerated() {
    if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
    let value = index == 6 ? byte & 0x0F | 0x40 : index == 8 ? byte & 0x3F | 0x80 : byte
    text.append(digits[Int(value >> 4)])
    text.append(digits[Int(value & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}
