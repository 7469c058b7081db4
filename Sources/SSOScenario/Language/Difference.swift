//  Difference.swift - whether two values are the same, and a readable word about where not. Pure.

internal import LuaEngine

/// Compares values as a person would: tables by what they hold, 5 and 5.0 as equal.
enum Difference {
  private static let shownPaths = 8
  private static let lineLength = 76

  /// The first differences, or nil where there are none.
  ///
  /// - Returns: Lines: what was expected, what came, and the places that differ.
  static func between(expected: LuaValue, got: LuaValue) -> String? {
    if case .string(let left) = expected, case .string(let right) = got, left != right,
      left.contains("\n") || right.contains("\n")
    {
      return lines(expected: left, got: right)
    }
    var places: [String] = []
    compare(expected, got, "", &places)
    guard !places.isEmpty else { return nil }
    let whole = ["expected: \(text(expected))", "     got: \(text(got))"]
    let isShort = whole.allSatisfy { $0.count <= lineLength }
    let isScalar = places.count == 1 && places[0].hasPrefix(":")
    guard !isScalar else { return whole.joined(separator: "\n") }
    let more = places.count > shownPaths ? ["…and \(places.count - shownPaths) more"] : []
    let shown = places.prefix(shownPaths).map { "      at \($0)" }
    return ((isShort ? whole : []) + shown + more).joined(separator: "\n")
  }

  /// Of two texts with several lines, those that went and those that came.
  static func lines(expected: String, got: String) -> String {
    "expected (-), got (+):\n\(SnapshotText.difference(expected: expected, got: got))"
  }

  static func areSame(_ left: LuaValue, _ right: LuaValue) -> Bool {
    var places: [String] = []
    compare(left, right, "", &places)
    return places.isEmpty
  }

  private static func compare(
    _ expected: LuaValue, _ got: LuaValue, _ path: String, _ places: inout [String]
  ) {
    switch (expected, got) {
    case (.table(let left), .table(let right)): compare(left, right, path, &places)
    case (.integer(let left), .number(let right)) where left.isLuaEqual(to: right): break
    case (.number(let left), .integer(let right)) where right.isLuaEqual(to: left): break
    default:
      guard expected != got else { return }
      places.append("\(path): expected \(text(expected)), got \(text(got))")
    }
  }

  private static func compare(
    _ expected: LuaTable, _ got: LuaTable, _ path: String, _ places: inout [String]
  ) {
    for index in 0..<max(expected.items.count, got.items.count) {
      compare(
        index < expected.items.count ? expected.items[index] : .nil,
        index < got.items.count ? got.items[index] : .nil, "\(path)[\(index + 1)]", &places)
    }
    for key in keys(expected) + keys(got).filter({ key in value(expected, key) == .nil }) {
      compare(value(expected, key), value(got, key), path + step(key), &places)
    }
  }

  private static func keys(_ table: LuaTable) -> [LuaValue] {
    table.fields.map(\.key).sorted { text($0) < text($1) }
  }

  private static func value(_ table: LuaTable, _ key: LuaValue) -> LuaValue {
    table.fields.first { $0.key == key }?.value ?? .nil
  }

  private static func step(_ key: LuaValue) -> String {
    if case .string(let name) = key, isName(name) { return ".\(name)" }
    return "[\(text(key))]"
  }

  // MARK: As text

  /// A value as Lua would write it, cut to a readable length.
  static func text(_ value: LuaValue) -> String {
    switch value {
    case .nil: return "nil"
    case .null: return "sso.null"
    case .boolean(let flag): return flag ? "true" : "false"
    case .integer(let number): return String(number)
    case .number(let number): return String(number)
    case .string(let text): return quoted(text)
    case .bytes(let bytes): return quoted(String(decoding: bytes, as: UTF8.self))
    case .table(let table): return text(table)
    case .reference(let reference): return reference.kind.rawValue
    case .object, .newObject: return "object"
    }
  }

  /// The members with a name, in order: `a = `, `[2.5] = `.
  static func members(_ table: LuaTable) -> [(name: String, value: LuaValue)] {
    keys(table).map { key in
      if case .string(let text) = key, isName(text) { return ("\(text) = ", value(table, key)) }
      return ("[\(text(key))] = ", value(table, key))
    }
  }

  private static func text(_ table: LuaTable) -> String {
    let parts = table.items.map { text($0) } + members(table).map { $0.name + text($0.value) }
    return parts.isEmpty ? "{}" : "{ \(parts.joined(separator: ", ")) }"
  }

  static func quoted(_ text: String, limit: Int = 400) -> String {
    var result = "\""
    for scalar in text.unicodeScalars.prefix(limit) {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case _ where scalar.value < 32 || scalar.value == 127:
        result += "\\\(scalar.value)"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + (text.unicodeScalars.count > limit ? "…\"" : "\"")
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy {
      $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
    }
  }
}

extension Int64 {
  /// As Lua compares the two kinds of numbers: by what they are, not by what one becomes as the other.
  fileprivate func isLuaEqual(to number: Double) -> Bool { Int64(exactly: number) == self }
}
