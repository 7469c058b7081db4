//  Chaos.swift - faults by chance: the same seed, the same faults.

/// Draws faults for a share of all requests.
///
/// What a request meets depends on the seed, its operation and its number alone, so that requests
/// for other operations in between change nothing.
public struct Chaos: Sendable, Equatable {
  private let seed: UInt64
  private let rate: Double

  /// - Parameters:
  ///   - seed: Any number.
  ///   - rate: The share of requests that meet a fault, from 0 to 1.
  public init(seed: UInt64, rate: Double) {
    self.seed = seed
    self.rate = rate
  }

  /// What may be drawn: no fault that keeps a client waiting.
  private static let pool = Fault.all.filter { !$0.isSlow }

  /// The fault that a request meets, if it meets one.
  public func draw(_ operation: Operation, call: Int) -> DueFault? {
    var generator = SplitMix64(state: seed)
    for byte in operation.rawValue.utf8 { generator.mix(UInt64(byte)) }
    generator.mix(UInt64(call))
    guard Double(generator.next() >> 11) * 0x1p-53 < rate else { return nil }
    let index = Int(generator.next() % UInt64(Self.pool.count))
    return try? DueFault(Self.pool[index])
  }
}

/// Steele, Lea and Flood's generator: small, and good enough to draw lots.
public struct SplitMix64: RandomNumberGenerator, Sendable {
  var state: UInt64

  /// Begins at a seed.
  public init(seed: UInt64) { state = seed }

  init(state: UInt64) { self.state = state }

  /// Lets a number decide about all that follow.
  public mutating func mix(_ value: UInt64) { state = next() ^ value }

  /// The next 64 bits.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }
}
