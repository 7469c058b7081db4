//  InvocationIDs.swift - ids and jitter, cheap enough for every call.

internal import Synchronization

/// Gives ids in the form of version 4 UUIDs, and fractions for jitter.
///
/// Seeded once from the world's randomness (so a scenario's run repeats), then SplitMix64: the
/// values need to differ, not to be secret.
final class InvocationIDs: Sendable {
  private let state: Atomic<UInt64>

  init(seed: [UInt8]) {
    state = Atomic(seed.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
  }

  /// A new id, `8-4-4-4-12` hexadecimal digits.
  func next() -> String {
    var high = random()
    var low = random()
    high = high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000  // version 4
    low = low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000  // RFC variant
    var text: [UInt8] = []
    text.reserveCapacity(36)
    for index in 0..<32 {
      if index == 8 || index == 12 || index == 16 || index == 20 { text.append(0x2D) }
      let word = index < 16 ? high : low
      let digit = UInt8(truncatingIfNeeded: word >> UInt64(60 - index % 16 * 4)) & 0xF
      text.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// A number from 0 up to, not including, 1.
  func fraction() -> Double { Double(random() >> 11) * 0x1p-53 }

  private func random() -> UInt64 {
    let gamma: UInt64 = 0x9E37_79B9_7F4A_7C15
    var word = state.wrappingAdd(gamma, ordering: .relaxed).newValue
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }
}
