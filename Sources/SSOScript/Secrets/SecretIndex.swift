//  SecretIndex.swift - finds many secrets in one pass over a text. Pure.

/// Secrets by their first bytes, so that a text is searched once and not once per secret.
struct SecretIndex {
  /// Of what is remembered at all.
  static let shortest = 4
  private static let keyLength = 8
  private static let cuts = ["…", "..."].map { Array($0.utf8) }

  private var long: [UInt64: Set<[UInt8]>] = [:]
  private var short: Set<[UInt8]> = []

  /// Bytes of all secrets, with what it costs to keep one.
  private(set) var size = 0

  var isEmpty: Bool { long.isEmpty && short.isEmpty }

  mutating func insert(_ secret: [UInt8]) {
    let isNew: Bool
    if secret.count < Self.keyLength {
      isNew = short.insert(secret).inserted
    } else {
      let key = secret.prefix(Self.keyLength).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      isNew = long[key, default: []].insert(secret).inserted
    }
    if isNew { size += secret.count + 128 }
  }

  /// Where secrets stand, one after the other.
  func places(in bytes: [UInt8]) -> [Range<Int>] {
    var places: [Range<Int>] = []
    var key: UInt64 = 0
    var free = 0  // before this, everything belongs to a place
    for (position, byte) in bytes.enumerated() {
      key = key << 8 | UInt64(byte)
      for place in [longPlace(key, endingAt: position, bytes), shortPlace(at: position, bytes)] {
        guard let place, place.lowerBound >= free else { continue }
        places.append(place)
        free = place.upperBound
      }
    }
    return places
  }

  /// The key's last byte is at `position`.
  private func longPlace(
    _ key: UInt64, endingAt position: Int, _ bytes: [UInt8]
  ) -> Range<Int>? {
    let start = position - Self.keyLength + 1
    guard start >= 0, let candidates = long[key] else { return nil }
    let lengths = candidates.compactMap { Self.length(of: $0, at: start, bytes) }
    return lengths.max().map { start..<(start + $0) }
  }

  /// How much of `secret` stands there: all, or what a cut left of it.
  private static func length(of secret: [UInt8], at start: Int, _ bytes: [UInt8]) -> Int? {
    let rest = bytes[start...]
    let common = zip(secret, rest).prefix { $0 == $1 }.count
    let isCut =
      common == rest.count
      || cuts.contains { bytes[(start + common)...].starts(with: $0) }
    return common == secret.count || isCut ? common : nil
  }

  private func shortPlace(at position: Int, _ bytes: [UInt8]) -> Range<Int>? {
    guard !short.isEmpty else { return nil }
    let found = short.filter { bytes[position...].starts(with: $0) }.map(\.count).max()
    return found.map { position..<(position + $0) }
  }
}
