//  Shrinker.swift - what a failure needs of what chance has decided: delta debugging, then bisection. Pure.
//
//  Knows: Zeller's ddmin: leave out large parts first, then smaller ones, down to single decisions; of
//  numbers that have to be there, half the way to the least, again and again. What a failure did not
//  meet is left out in all that follows, so that it never gets bigger.
//  Does not know: how a run is made, how long it takes.

/// What chance has decided in one run.
struct ChanceDecisions: Equatable {
  /// Faults and what the property drew, by number.
  var made: [Int] = []
  /// Of what it drew, by number: how far above the least.
  var drawn: [Int: Int] = [:]
}

/// Looks for the fewest faults and the least numbers with which a run still fails.
///
/// A run without some faults, or with a smaller number, goes another way, and perhaps a longer one. Others
/// that it would meet there are left out, and the decisions are taken anew from each run that still failed.
struct Shrinker {
  /// What the failure does without, so far.
  private(set) var limits = ChanceLimits()
  /// Of the smallest failing run, latest first: a late fault matters less often.
  private var needed: [Int]
  private var drawn: [Int: Int]
  private var chunk: Int
  private var position = 0
  /// What is being tried, and the number that is smaller in it, if any.
  private var trial = ChanceLimits()
  private var fixed: (number: Int, value: Int)?
  /// Of each number, the largest with which the run is known not to fail.
  private var passing: [Int: Int] = [:]
  /// Whether parts are left out still; then numbers are made smaller.
  private var leavesOut = true
  /// Whether a number has become smaller since parts were left out last.
  private var isSmaller = false

  init(_ decisions: ChanceDecisions) {
    needed = decisions.made.sorted(by: >)
    drawn = decisions.drawn
    chunk = max(1, needed.count)
  }

  /// What to run with in the next trial; `nil` when all that is left is needed, each number as it is.
  mutating func next() -> ChanceLimits? {
    while true {
      fixed = nil
      if leavesOut, let part = nextPart() {
        trial = limits.keeping(Set(needed).subtracting(part))
        return trial
      }
      leavesOut = false
      if let (number, value) = nextValue() {
        trial = limits.keeping(Set(needed))
        trial.fixed[number] = value
        fixed = (number, value)
        return trial
      }
      guard isSmaller else { return nil }
      (leavesOut, isSmaller) = (true, false)
      (chunk, position) = (max(1, needed.count), 0)
    }
  }

  private mutating func nextPart() -> [Int]? {
    guard !needed.isEmpty else { return nil }
    if position >= needed.count {
      guard chunk > 1 else { return nil }
      (chunk, position) = ((chunk + 1) / 2, 0)
    }
    return Array(needed[position...].prefix(chunk))
  }

  /// Earlier numbers first: what comes later often hangs on them.
  private func nextValue() -> (number: Int, value: Int)? {
    for (number, value) in drawn.sorted(by: { $0.key < $1.key }) {
      let passes = passing[number] ?? 0
      if value - passes > 1 { return (number, passes + (value - passes) / 2) }
    }
    return nil
  }

  /// Takes the end of the trial.
  ///
  /// - Parameters:
  ///   - fails: Whether it failed in the same way.
  ///   - decisions: What chance has decided in it.
  mutating func learn(fails: Bool, _ decisions: ChanceDecisions) {
    guard fails else {
      if let fixed { passing[fixed.number] = fixed.value } else { position += chunk }
      return
    }
    limits = trial.keeping(Set(decisions.made))
    if fixed != nil { isSmaller = true }
    needed = decisions.made.sorted(by: >)
    drawn = decisions.drawn
    chunk = min(chunk, max(1, needed.count))
    position = 0
  }
}

extension ChanceLimits {
  /// The same, where chance decides about nothing but these.
  fileprivate func keeping(_ numbers: Set<Int>) -> ChanceLimits {
    var (muted, end) = (RangeSet<Int>(), 0)
    for number in numbers.sorted() {
      muted.insert(contentsOf: end..<number)
      end = number + 1
    }
    return ChanceLimits(
      muted: muted, mutedFrom: end,
      fixed: fixed.filter { numbers.contains($0.key) })
  }
}
