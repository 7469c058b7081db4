//  ReplaySeed.swift - one run of a scenario as a word: the seed, what is left out, the end of its flow. Pure.
//
//  Knows: `0x1f` is a seed, `0x1f/0-3,7` the same without the decisions 0, 1, 2, 3 and 7 of chance, `0x1f@5`
//  the same with the flow ended at step 5 of its disk.

/// What makes one run of a scenario happen again.
public struct ReplaySeed: Sendable, Equatable, CustomStringConvertible {
  /// No property draws more faults; also a bound for what a range in a text may ask for.
  private static let mostFaults = 100_000

  /// Decides about everything that chance decides.
  public var seed: UInt64
  /// What chance does not decide, by number: faults do not strike, draws give the least.
  public var muted: Set<Int>
  /// The step of the disk, from 1, at which the flow is ended and started again.
  public var step: Int?

  /// Names a run.
  public init(seed: UInt64, muted: Set<Int> = [], step: Int? = nil) {
    (self.seed, self.muted, self.step) = (seed, muted, step)
  }

  /// Reads what it is written as.
  ///
  /// - Parameter text: As ``description`` gives it; the seed may be decimal, too. `nil` results for
  ///   anything else.
  public init?(_ text: String) {
    let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    let step = halves.dropFirst().first.map { Int($0) ?? 0 }
    guard step ?? 1 > 0, let run = halves.first else { return nil }
    let parts = run.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
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
    self.init(seed: seed, muted: muted, step: step)
  }

  /// As an argument of `--replay`.
  public var description: String {
    let faults = muted.isEmpty ? "" : "/\(Self.ranges(muted))"
    return "0x" + String(seed, radix: 16) + faults + (step.map { "@\($0)" } ?? "")
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
