//  KeyLines.swift - in which line of a Lua text a table's key is given. Pure.
//
//  Why: values have no line, and whoever is refused something wants to see the rule.

/// Where the keys of a text's table constructors and assignments stand.
struct KeyLines {
  private struct Key {
    var parent: String
    var name: String
    var line: Int
  }

  private var keys: [Key] = []

  init(_ text: [UInt8]) {
    var lexer = LuaLexer(text)
    var tables: [String] = []
    var previous: [LuaLexer.Token] = []
    while let (token, line) = lexer.next() {
      switch token {
      case .symbol("{"):
        // `name = {` and `["name"] = {` name the table.
        tables.append(previous.last == .symbol("=") ? keys.last?.name ?? "" : "")
      case .symbol("}"): _ = tables.popLast()
      case .symbol("="):
        if let key = Self.key(previous) {
          let parent = key.parent ?? tables.last { !$0.isEmpty } ?? ""
          keys.append(Key(parent: parent, name: key.name, line: line))
        }
      default: break
      }
      previous = previous.suffix(3) + [token]
    }
  }

  /// The line of `name` in the table that stands under `parent`, or of any `name`.
  func line(of name: String, in parent: String) -> Int? {
    let all = keys.filter { $0.name == name }
    return (all.first { $0.parent == parent } ?? all.first)?.line
  }

  /// The line of `name` at the top: under no `parent`.
  func line(of name: String, outside parent: String) -> Int? {
    keys.first { $0.name == name && $0.parent != parent }?.line
  }

  /// The name before an equals sign, and the table's before a dot.
  private static func key(_ tokens: [LuaLexer.Token]) -> (parent: String?, name: String)? {
    guard let last = tokens.last else { return nil }
    switch last {
    case .name(let name):
      if tokens.count >= 3, tokens[tokens.count - 2] == .symbol("."),
        case .name(let parent) = tokens[tokens.count - 3]
      {
        return (parent, name)
      }
      return (nil, name)
    case .symbol("]"):
      guard tokens.count >= 2, case .text(let name) = tokens[tokens.count - 2] else { return nil }
      return (nil, name)
    default: return nil
    }
  }
}
