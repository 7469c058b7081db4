//  Spelling.swift - "did you mean": the nearest of the right names.

/// Finds what a misspelt name was meant to be.
public enum Spelling {
  /// Names longer than this are not compared letter by letter.
  private static let longest = 64

  /// The one of `names` that `name` was meant to be, if one is near.
  ///
  /// Near is: equal but for case, `_` and `-`, or at most two letters added, dropped, changed or
  /// swapped (one, in a name of up to five).
  public static func nearest(to name: String, among names: [String]) -> String? {
    let plain = letters(name)
    if let same = names.first(where: { letters($0) == plain }) { return same }
    guard plain.count <= longest else { return nil }
    let allowed = plain.count <= 5 ? 1 : 2
    let near = names.map { (name: $0, steps: distance(plain, letters($0))) }
      .min { $0.steps < $1.steps }
    return near.flatMap { $0.steps <= allowed ? $0.name : nil }
  }

  /// The same for the end of a message: ` (did you mean "expiresIn"?)`; empty when none is near.
  public static func hint(for name: String, among names: [String]) -> String {
    nearest(to: name, among: names).map { " (did you mean \"\($0)\"?)" } ?? ""
  }

  private static func letters(_ name: String) -> [UInt8] {
    name.utf8.filter { $0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "-") }
      .map(\.asciiLowercased)
  }

  /// Optimal string alignment distance.
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, letter) in left.enumerated() {
      var current = [row + 1]
      for (column, other) in right.enumerated() {
        var best = min(
          last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
          best = min(best, beforeLast[column - 1] + 1)
        }
        current.append(best)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }
}
