//  Difference.swift - whether two values are the same, and a readable word about where not. Pure.

internal import LuaEngine

/// Compares values as a person would: tables by what they hold, 5 and 5.0 as equal.
enum Difference {
  private static let shownPaths = 8
  private static let lineLength = 76
  /// Characters of a string that are shown, and those before a difference that comes later.
  private static let shownLength = 400
  private static let shownBefore = 40

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
    let pair = Pair(expected, got)
    let whole = ["expected: \(pair.expected)", "     got: \(pair.got)"]
    let isShort = whole.allSatisfy { $0.count <= lineLength }
    let isScalar = places.count == 1 && places[0].hasPrefix(":")
    guard !isScalar else {
      return (whole + [pair.place].compactMap(\.self)).joined(separator: "\n")
    }
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
      let pair = Pair(expected, got)
      let place = pair.place.map { " (\($0))" } ?? ""
      places.append("\(path): expected \(pair.expected), got \(pair.got)\(place)")
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
    let (wanted, there) = (values(expected), values(got))
    for field in inOrder(expected.fields) {
      compare(field.value, there[Key(field.key)] ?? .nil, path + step(field.key), &places)
    }
    for field in inOrder(got.fields.filter { wanted[Key($0.key)] == nil }) {
      compare(.nil, field.value, path + step(field.key), &places)
    }
  }

  private static func inOrder(_ fields: [LuaTable.Field]) -> [LuaTable.Field] {
    fields.map { (text: text($0.key), field: $0) }.sorted { $0.text < $1.text }.map(\.field)
  }

  /// A table may have as many members as there is memory for.
  private static func values(_ table: LuaTable) -> [Key: LuaValue] {
    Dictionary(table.fields.map { (Key($0.key), $0.value) }) { first, _ in first }
  }

  /// What a member is found by.
  private struct Key: Hashable {
    private let value: LuaValue

    init(_ value: LuaValue) { self.value = value }

    func hash(into hasher: inout Hasher) {
      switch value {
      case .string(let text): hasher.combine(text)
      case .bytes(let bytes): hasher.combine(bytes)
      case .integer(let number): hasher.combine(number)
      case .number(let number): hasher.combine(number)
      default: break
      }
    }
  }

  private static func step(_ key: LuaValue) -> String {
    if case .string(let name) = key, isName(name) { return ".\(name)" }
    return "[\(text(key))]"
  }

  // MARK: As text

  /// Two values that differ, as text.
  private struct Pair {
    var expected: String
    var got: String
    /// Where long strings differ, of which only what is there is shown.
    var place: String?

    init(_ expected: LuaValue, _ got: LuaValue) {
      (self.expected, self.got) = (text(expected), text(got))
      guard let left = expected.scalars, let right = got.scalars else { return }
      let same = zip(left, right).prefix { $0 == $1 }.count
      guard same > shownLength - shownBefore, same < max(left.count, right.count) else { return }
      place = "they differ from character \(same + 1) on"
      let rest = { (text: String.UnicodeScalarView) in
        "\"…" + quoted(String(text.dropFirst(same - shownBefore))).dropFirst()
      }
      (self.expected, self.got) = (rest(left), rest(right))
    }
  }

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
    inOrder(table.fields).map { field in
      if case .string(let text) = field.key, isName(text) { return ("\(text) = ", field.value) }
      return ("[\(text(field.key))] = ", field.value)
    }
  }

  private static func text(_ table: LuaTable) -> String {
    let parts = table.items.map { text($0) } + members(table).map { $0.name + text($0.value) }
    return parts.isEmpty ? "{}" : "{ \(parts.joined(separator: ", ")) }"
  }

  static func quoted(_ text: String, limit: Int = shownLength) -> String {
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

extension LuaValue {
  /// The characters of a string.
  fileprivate var scalars: String.UnicodeScalarView? {
    utf8Bytes.map { String(decoding: $0, as: UTF8.self).unicodeScalars }
  }
}

extension Int64 {
  /// As Lua compares the two kinds of numbers: by what they are, not by what one becomes as the other.
  fileprivate func isLuaEqual(to number: Double) -> Bool { Int64(exactly: number) == self }
}
