//  OptionGroups.swift - which of a script's options go with which. Pure.

/// What is asked of options beside each other, by their names in Lua.
struct OptionGroups {
  /// Whether words that belong to no option are taken.
  var takesPositional = true
  /// Of each group, one at most is given.
  var exclusive: [[String]] = []
  /// Each group is given all or not at all.
  var together: [[String]] = []

  /// Every name in a group.
  var names: [String] { (exclusive + together).flatMap { $0 } }

  /// Refuses what does not go together.
  ///
  /// - Throws: ``OptionWords/Wrong`` that names the word or the group.
  func check(_ found: OptionWords.Result) throws(OptionWords.Wrong) {
    if !takesPositional, let word = found.rest.first {
      throw OptionWords.Wrong("unexpected argument \(OptionWords.shown(word))")
    }
    for group in exclusive where Self.given(group, found) > 1 {
      throw OptionWords.Wrong("name one of \(Self.typed(group))")
    }
    for group in together where ![0, group.count].contains(Self.given(group, found)) {
      throw OptionWords.Wrong("\(Self.typed(group)) go together")
    }
  }

  private static func given(_ group: [String], _ found: OptionWords.Result) -> Int {
    group.count { found.values[$0] != nil }
  }

  /// "--a, --b and --c".
  private static func typed(_ group: [String]) -> String {
    let names = group.map { "--\(OptionWords.typedName($0))" }
    return (names.dropLast(2) + [names.suffix(2).joined(separator: " and ")]).joined(
      separator: ", ")
  }
}
