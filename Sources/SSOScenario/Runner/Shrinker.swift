//  Shrinker.swift - which faults a failure needs: delta debugging over their numbers. Pure.
//
//  Knows: Zeller's ddmin: leave out large parts first, then smaller ones, down to single faults.
//  Does not know: how a run is made, how long it takes.

/// Looks for the fewest faults with which a run still fails.
///
/// A run without some faults goes another way and meets others, so the numbers are taken anew from
/// each run that still failed.
struct Shrinker {
  /// Faults that the failure does without, so far.
  private(set) var muted: Set<Int> = []
  /// Faults that struck in the smallest failing run, latest first: a late fault matters less often.
  private var needed: [Int]
  private var chunk: Int
  private var position = 0
  /// The run that is being tried.
  private var trial: [Int] = []

  init(struck: [Int]) {
    needed = struck.sorted(by: >)
    chunk = max(1, needed.count)
  }

  /// The faults to leave out in the next trial; `nil` when every fault left is needed.
  mutating func next() -> Set<Int>? {
    guard !needed.isEmpty else { return nil }
    if position >= needed.count {
      guard chunk > 1 else { return nil }
      (chunk, position) = ((chunk + 1) / 2, 0)
    }
    trial = Array(needed[position...].prefix(chunk))
    return muted.union(trial)
  }

  /// Takes the end of the trial.
  ///
  /// - Parameters:
  ///   - fails: Whether it failed in the same way.
  ///   - struck: The numbers of the chance faults that struck in it.
  mutating func learn(fails: Bool, struck: [Int]) {
    guard fails else { return position += chunk }
    muted.formUnion(trial)
    needed = struck.sorted(by: >)
    chunk = min(chunk, max(1, needed.count))
    position = 0
  }
}
