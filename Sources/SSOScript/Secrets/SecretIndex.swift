//  SecretIndex.swift - finds many secrets in one pass over a text. Pure.

/// Secrets by their first bytes, so that a text is searched once and not once per secret.
struct SecretIndex {
  /// Of what is remembered at all.
  static let shortest = 4
  private static let keyLength = 8
  /// What keeping one costs beside its bytes.
  private static let overhead = 384
  private static let cuts = ["…", "..."].map { Array($0.utf8) }

  private var long: [UInt64: Set<[UInt8]>] = [:]
  private var short: Set<[UInt8]> = []
  /// The first bytes of every secret, one to seven of them.
  private var beginnings: Set<UInt64> = []
  private var longest = 0

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
    guard isNew else { return }
    size += secret.count + Self.overhead
    longest = max(longest, secret.count)
    for count in 1..<min(secret.count, Self.keyLength) {
      beginnings.insert(Self.beginning(secret.prefix(count)))
    }
  }

  /// Bytes and their number in one.
  private static func beginning(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) } << 8 | UInt64(bytes.count)
  }

  /// How many bytes at the end of a text may be the beginning of a secret whose rest is still to come.
  ///
  /// - Parameters:
  ///   - bytes: The text.
  ///   - places: Where secrets stand in it: the end of one is not the beginning of another.
  /// - Returns: The number; less than the longest secret has.
  func unfinished(in bytes: [UInt8], outside places: [Range<Int>]) -> Int {
    let most = min(bytes.count, longest - 1)
    guard most > 0 else { return 0 }
    for start in (bytes.count - most)..<bytes.count where mayBegin(bytes[start...]) {
      if !places.contains(where: { $0.lowerBound < start && start < $0.upperBound }) {
        return bytes.count - start
      }
    }
    return 0
  }

  private func mayBegin(_ tail: ArraySlice<UInt8>) -> Bool {
    guard tail.count >= Self.keyLength else { return beginnings.contains(Self.beginning(tail)) }
    let key = tail.prefix(Self.keyLength).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return long[key]?.contains { $0.count > tail.count && $0.starts(with: tail) } ?? false
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
