//  ReplaySeed.swift - one run of a scenario as a word: the seed, and the faults left out. Pure.
//
//  Knows: `0x1f` is a seed, `0x1f/0-3,7` the same without the chance faults 0, 1, 2, 3 and 7.

/// What makes one run of a scenario happen again.
public struct ReplaySeed: Sendable, Equatable, CustomStringConvertible {
  /// No property draws more faults; also a bound for what a range in a text may ask for.
  private static let mostFaults = 100_000

  /// Decides about everything that chance decides.
  public var seed: UInt64
  /// Numbers of chance faults that do not strike.
  public var muted: Set<Int>

  /// Names a run.
  public init(seed: UInt64, muted: Set<Int> = []) { (self.seed, self.muted) = (seed, muted) }

  /// Reads what it is written as.
  ///
  /// - Parameter text: As ``description`` gives it; the seed may be decimal, too. `nil` results for
  ///   anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let number = parts.first.map(String.init) ?? ""
    let hexadecimal = number.hasPrefix("0x") ? UInt64(number.dropFirst(2), radix: 16) : nil
    guard let seed = hexadecimal ?? UInt64(number) else { return nil }
    var muted: Set<Int> = []
    for range in parts.dropFirst().first?.split(separator: ",") ?? [] {
      let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
        0 <= first, first <= last, last < Self.mostFaults
      else { return nil }
      muted.formUnion(first...last)
    }
    self.init(seed: seed, muted: muted)
  }

  /// As an argument of `--replay`.
  public var description: String {
    let start = "0x" + String(seed, radix: 16)
    return muted.isEmpty ? start : "\(start)/\(Self.ranges(muted))"
  }

  private static func ranges(_ numbers: Set<Int>) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
      .joined(separator: ",")
  }
}
