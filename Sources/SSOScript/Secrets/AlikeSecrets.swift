//  AlikeSecrets.swift - secrets that begin alike, in order, so that a text is compared with few of them. Pure.

import StrictJSON

/// Secrets whose first bytes are the same, as those of AWS's tokens are.
struct AlikeSecrets {
  /// In the order of their bytes.
  private(set) var all: [[UInt8]] = []
  private var known: Set<HashedSecret> = []
  /// Each once; there are few.
  private var lengths: [Int] = []

  /// - Returns: Whether it was not there.
  mutating func insert(_ secret: HashedSecret) -> Bool {
    guard known.insert(secret).inserted else { return false }
    all.insert(secret.bytes, at: place(of: secret.bytes[...]))
    if !lengths.contains(secret.bytes.count) { lengths.append(secret.bytes.count) }
    return true
  }

  func contains(_ secret: HashedSecret) -> Bool { known.contains(secret) }

  /// Whether one goes on behind these bytes.
  func goOn(behind bytes: ArraySlice<UInt8>) -> Bool {
    all[place(of: bytes)...].prefix(2).contains {
      $0.count > bytes.count && $0.starts(with: bytes)
    }
  }

  /// How many bytes one of them has in common with a text, at most, and how many the longest has that stands
  /// there as a whole.
  func look(at text: ArraySlice<UInt8>) -> (common: Int, whole: Int) {
    let place = place(of: text)
    let common =
      all[max(0, place - 1)...].prefix(2).map { secret in
        zip(secret, text).prefix { $0 == $1 }.count
      }.max() ?? 0
    let whole = lengths.filter { $0 <= common }.sorted(by: >)
      .first { known.contains(HashedSecret(bytes: Array(text.prefix($0)))) }
    return (common, whole ?? 0)
  }

  /// Where it stands, or would.
  private func place(of bytes: ArraySlice<UInt8>) -> Int {
    var range = 0..<all.count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      let isBefore = all[middle].lexicographicallyPrecedes(bytes)
      range = isBefore ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

/// A secret that is hashed by some of its bytes: all would cost more than all else about it.
///
/// By their first AWS's tokens are alike, and by their last others are.
struct HashedSecret: Hashable {
  let bytes: [UInt8]

  static func == (left: Self, right: Self) -> Bool { left.bytes.hasSameBytes(as: right.bytes) }

  func hash(into hasher: inout Hasher) {
    hasher.combine(bytes.count)
    let length = SecretIndex.keyLength
    for start in [length, bytes.count / 2] {
      hasher.combine(SecretIndex.number(bytes.dropFirst(start).prefix(length)))
    }
    hasher.combine(SecretIndex.number(bytes.suffix(length)))
  }
}
