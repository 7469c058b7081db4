//  ScenarioSeeds.swift - the seeds of one scenario or property, one after the other. Pure.
//
//  Knows: they come from the name, so that a filter changes nothing; there may be more than memory holds.

internal import IdentityService

/// The same one again and again, or as many as are drawn.
struct ScenarioSeeds: Sequence, IteratorProtocol {
  private let replay: UInt64?
  private var generator: SplitMix64
  private var left: Int

  /// - Parameters:
  ///   - name: Of the scenario.
  ///   - count: How many in one round.
  ///   - options: How many rounds, and what to draw from.
  init(of name: String, count: Int, _ options: ScenarioRunOptions) {
    replay = options.replay
    generator = SplitMix64(seed: options.seed)
    for byte in name.utf8 { generator.mix(UInt64(byte)) }
    let (product, isTooLarge) =
      (replay == nil ? count : 1).multipliedReportingOverflow(by: options.repeats)
    left = isTooLarge ? .max : product
  }

  mutating func next() -> UInt64? {
    guard left > 0 else { return nil }
    left -= 1
    return replay ?? generator.next()
  }
}
