//  Base64Run.swift - stretches of a text that may be base64, such as an Authorization header. Pure.

/// A stretch of letters of base64, in either alphabet.
struct Base64Run {
  /// Fewer letters hold no secret: these are four bytes.
  static let shortest = 6

  /// Where it stands, padding included.
  let place: Range<Int>
  private let values: [UInt8]

  /// Every stretch that is long enough.
  static func all(in bytes: [UInt8], atLeast fewest: Int = shortest) -> [Base64Run] {
    var runs: [Base64Run] = []
    var values: [UInt8] = []
    for (position, byte) in (bytes + [0]).enumerated() {
      if let value = value(of: byte) {
        values.append(value)
      } else {
        if values.count >= fewest {
          let padding = bytes[position...].prefix(2).prefix { $0 == UInt8(ascii: "=") }.count
          let place = (position - values.count)..<(position + padding)
          runs.append(Base64Run(place: place, values: values))
        }
        values.removeAll(keepingCapacity: true)
      }
    }
    return runs
  }

  /// What it says, read from each of the four letters at which a group may begin.
  var readings: [[UInt8]] { (0..<4).map { Self.decode(values.dropFirst($0)) } }

  private static func decode(_ values: ArraySlice<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 3 / 4)
    var buffer: UInt32 = 0
    var bits = 0
    for value in values {
      buffer = buffer << 6 | UInt32(value)
      bits += 6
      guard bits >= 8 else { continue }
      bits -= 8
      bytes.append(UInt8(truncatingIfNeeded: buffer >> UInt32(bits)))
      buffer &= (1 << UInt32(bits)) - 1
    }
    return bytes
  }

  /// The six bits of a letter.
  static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
    case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
    default: nil
    }
  }
}
