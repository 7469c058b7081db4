//  RaisedTable.swift - an error that is a table, as a line: `error { code = 1 }`. Pure.
//
//  Knows: what is shown of a large one; texts are cleaned of secrets before they are cut.

internal import LuaEngine

/// Words for a table that a script has raised.
struct RaisedTable {
  private static let shownMembers = 12
  private static let shownLevels = 4
  private static let shownText = 200
  /// Of the whole.
  private static let length = 2000

  /// Replaces secrets.
  let clean: (String) -> String

  /// The line for what was raised.
  func words(_ table: LuaTable) -> String {
    let words = "error \(text(table, 1))"
    return words.count > Self.length ? "\(words.prefix(Self.length))…" : words
  }

  private func text(_ table: LuaTable, _ level: Int) -> String {
    guard !table.items.isEmpty || !table.fields.isEmpty else { return "{}" }
    guard level <= Self.shownLevels else { return "{…}" }
    let items = table.items.prefix(Self.shownMembers).map { text($0, level + 1) }
    let left = Self.shownMembers - items.count
    let fields = table.fields.map { (name: name($0.key), value: $0.value) }
      .sorted { $0.name < $1.name }.prefix(left).map { $0.name + text($0.value, level + 1) }
    let hidden = table.items.count + table.fields.count - items.count - fields.count
    let more = hidden > 0 ? ["…and \(hidden) more"] : []
    return "{ \((items + fields + more).joined(separator: ", ")) }"
  }

  private func name(_ key: LuaValue) -> String {
    if case .string(let text) = key, Difference.isName(text) { return "\(clean(text)) = " }
    return "[\(text(key, 1))] = "
  }

  private func text(_ value: LuaValue, _ level: Int) -> String {
    switch value {
    case .table(let table): text(table, level)
    case .string(let text): Difference.quoted(clean(text), limit: Self.shownText)
    default: Difference.text(value)
    }
  }
}
