//  WaitingLine.swift - first come, first served. Pure.

/// Names in order of arrival; who leaves early is skipped when the turn comes.
struct WaitingLine {
  private var names: [Int64] = []
  private var first = 0

  mutating func add(_ name: Int64) { names.append(name) }

  /// Takes the first name that is still wanted.
  mutating func next(where isWanted: (Int64) -> Bool) -> Int64? {
    while first < names.count {
      let name = names[first]
      first += 1
      if isWanted(name) { return name }
    }
    names.removeAll(keepingCapacity: true)
    first = 0
    return nil
  }
}
