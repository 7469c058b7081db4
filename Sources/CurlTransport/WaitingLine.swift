//  WaitingLine.swift - first come, first served. Pure.

/// Names in order of arrival; who leaves early is skipped when the turn comes.
struct WaitingLine {
  private var names: [UInt64] = []
  private var first = 0

  mutating func add(_ name: UInt64) { names.append(name) }

  /// Takes the first name that is still wanted.
  mutating func next(where isWanted: (UInt64) -> Bool) -> UInt64? {
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
