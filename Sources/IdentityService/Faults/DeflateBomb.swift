//  DeflateBomb.swift - a zlib stream (RFC 1950) that says very little at great length.

/// A body for `Content-Encoding: deflate`: some 400 KiB that unpack to 64 MiB.
enum DeflateBomb {
  /// How often the repeat of 258 letters is said.
  private static let repeats = 260_112

  static var bytes: [UInt8] {
    var stream = BitStream()
    let opening = Array(#"{"accessToken":"a"#.utf8)
    stream.add(0b011, 3)  // the last block, with the fixed code (RFC 1951, 3.2.6)
    for letter in opening { stream.addCode(UInt32(letter) + 0x30, 8) }
    for _ in 0..<repeats {
      stream.addCode(0b1100_0101, 8)  // 258 letters
      stream.addCode(0, 5)  // from one letter back
    }
    stream.addCode(0, 7)  // the end of the block
    return [0x78, 0x9C] + stream.bytes + checksum(opening)
  }

  /// Adler-32 of the unpacked bytes.
  private static func checksum(_ opening: [UInt8]) -> [UInt8] {
    let (last, modulus) = (UInt64(UInt8(ascii: "a")), UInt64(65_521))
    var (low, high) = (UInt64(1), UInt64(0))
    for letter in opening {
      low = (low + UInt64(letter)) % modulus
      high = (high + low) % modulus
    }
    let count = UInt64(repeats * 258)
    high = (high + count % modulus * low + count * (count + 1) / 2 % modulus * last) % modulus
    low = (low + count * last) % modulus
    return [high >> 8, high, low >> 8, low].map { UInt8(truncatingIfNeeded: $0) }
  }
}

/// Bits, lowest first.
private struct BitStream {
  private var finished: [UInt8] = []
  private var pending: UInt32 = 0
  private var count = 0

  var bytes: [UInt8] { count > 0 ? finished + [UInt8(truncatingIfNeeded: pending)] : finished }

  mutating func add(_ bits: UInt32, _ length: Int) {
    pending |= bits << UInt32(count)
    count += length
    while count >= 8 {
      finished.append(UInt8(truncatingIfNeeded: pending))
      pending >>= 8
      count -= 8
    }
  }

  /// Huffman codes go highest bit first.
  mutating func addCode(_ code: UInt32, _ length: Int) {
    for place in (0..<length).reversed() { add(code >> UInt32(place) & 1, 1) }
  }
}
