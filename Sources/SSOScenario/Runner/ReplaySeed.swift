//  ReplaySeed.swift - one run of a scenario as a word: the seed, what is left out, the end of its flow. Pure.
//
//  Knows: `0x1f` is a seed, `0x1f/0-3,7` the same without the decisions 0, 1, 2, 3 and 7 of chance,
//  `0x1f/9-` the same without any from 9 on, `0x1f/8=12` the same where decision 8, a number, is 12 above
//  the least, `0x1f@5` the same with the flow ended at step 5 of its disk.

/// What chance may not decide in a run.
public struct ChanceLimits: Sendable, Equatable {
  /// Decisions that are left out, by number: faults do not strike, draws give the least.
  public var muted: RangeSet<Int>
  /// All decisions from this number on are left out, too.
  public var mutedFrom: Int?
  /// Draws that give something else than they would, by number: how far above the least.
  public var fixed: [Int: Int]

  /// Lets chance decide about all else.
  public init(muted: RangeSet<Int> = RangeSet(), mutedFrom: Int? = nil, fixed: [Int: Int] = [:]) {
    (self.muted, self.mutedFrom, self.fixed) = (muted, mutedFrom, fixed)
  }

  /// Whether chance decides about everything.
  public var isEmpty: Bool { muted.isEmpty && mutedFrom == nil && fixed.isEmpty }

  /// Whether the decision of this number is left out.
  func mutes(_ number: Int) -> Bool {
    number >= mutedFrom ?? .max || muted.contains(number)
  }
}

/// What makes one run of a scenario happen again.
public struct ReplaySeed: Sendable, Equatable, CustomStringConvertible {
  /// Decides about everything that chance decides.
  public var seed: UInt64
  /// What chance does not decide.
  public var chance: ChanceLimits
  /// The step of the disk, from 1, at which the flow is ended and started again.
  public var step: Int?

  /// Names a run.
  public init(seed: UInt64, chance: ChanceLimits = ChanceLimits(), step: Int? = nil) {
    (self.seed, self.chance, self.step) = (seed, chance, step)
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
    var chance = ChanceLimits()
    for part in parts.dropFirst().first?.split(separator: ",") ?? [] where !chance.take(part) {
      return nil
    }
    self.init(seed: seed, chance: chance, step: step)
  }

  /// As an argument of `--replay`.
  public var description: String {
    let parts = chance.isEmpty ? "" : "/\(chance.parts.joined(separator: ","))"
    return "0x" + String(seed, radix: 16) + parts + (step.map { "@\($0)" } ?? "")
  }
}

extension ChanceLimits {
  /// Takes `7`, `0-3`, `9-` or `8=12`; whether it is one of these.
  fileprivate mutating func take(_ part: Substring) -> Bool {
    if part.last == "-", let first = Int(part.dropLast()), first >= 0 {
      mutedFrom = min(first, mutedFrom ?? first)
      return true
    }
    let halves = part.split(separator: "=", omittingEmptySubsequences: false)
    let ends = halves[0].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard halves.count <= 2, ends.count <= 2, let first = ends.first ?? nil,
      let last = ends.last ?? nil, 0 <= first, first <= last, last < .max
    else { return false }
    guard halves.count == 2 else {
      muted.insert(contentsOf: first..<last + 1)
      return true
    }
    guard ends.count == 1, let value = Int(halves[1]), value >= 0 else { return false }
    fixed[first] = value
    return true
  }

  /// Ranges first, then numbers.
  fileprivate var parts: [String] {
    muted.ranges.map {
      $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound - 1)"
    }
      + (mutedFrom.map { ["\($0)-"] } ?? [])
      + fixed.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
  }
}
