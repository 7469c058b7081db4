//  Difference.swift - whether two values are the same, and a readable word about where not. Pure.

internal import LuaEngine
internal import StrictJSON

/// Compares values as Lua and a person would: texts by their bytes, tables by what they hold, 5 and 5.0 as
/// equal.
struct Difference {
  private static let shownPaths = 8
  private static let lineLength = 76
  /// Characters of a string that are shown, and those before a difference that comes later.
  private static let shownLength = 400
  private static let shownBefore = 40

  /// Replaces secrets: in a whole text, as one whose beginning has been cut off is not found.
  let clean: (String) -> String

  /// The first differences, or nil where there are none.
  ///
  /// - Returns: Lines: what was expected, what came, and the places that differ.
  func between(expected: LuaValue, got: LuaValue) -> String? {
    if case .string(let left) = expected, case .string(let right) = got, left != right,
      left.containsBytes("\n") || right.containsBytes("\n")
    {
      return Self.lines(expected: left, got: right)
    }
    var places: [String] = []
    compare(expected, got, "", &places)
    guard !places.isEmpty else { return nil }
    let pair = Pair(expected, got, clean)
    let whole = ["expected: \(pair.expected)", "     got: \(pair.got)"]
    let isShort = whole.allSatisfy { $0.count <= Self.lineLength }
    let isScalar = places.count == 1 && places[0].hasPrefix(":")
    guard !isScalar else {
      return (whole + [pair.place].compactMap(\.self)).joined(separator: "\n")
    }
    let hidden = places.count - Self.shownPaths
    let more = hidden > 0 ? ["…and \(hidden) more"] : []
    let shown = places.prefix(Self.shownPaths).map { "      at \($0)" }
    return ((isShort ? whole : []) + shown + more).joined(separator: "\n")
  }

  /// Of two texts with several lines, those that went and those that came.
  static func lines(expected: String, got: String) -> String {
    "expected (-), got (+):\n\(SnapshotText.difference(expected: expected, got: got))"
  }

  static func areSame(_ left: LuaValue, _ right: LuaValue) -> Bool {
    var places: [String] = []
    Difference { $0 }.compare(left, right, "", &places)
    return places.isEmpty
  }

  private func compare(
    _ expected: LuaValue, _ got: LuaValue, _ path: String, _ places: inout [String]
  ) {
    switch (expected, got) {
    case (.table(let left), .table(let right)): compare(left, right, path, &places)
    case (.integer(let left), .number(let right)) where left.isLuaEqual(to: right): break
    case (.number(let left), .integer(let right)) where right.isLuaEqual(to: left): break
    default:
      guard !expected.isSame(as: got) else { return }
      let pair = Pair(expected, got, clean)
      let place = pair.place.map { " (\($0))" } ?? ""
      places.append("\(path): expected \(pair.expected), got \(pair.got)\(place)")
    }
  }

  private func compare(
    _ expected: LuaTable, _ got: LuaTable, _ path: String, _ places: inout [String]
  ) {
    for index in 0..<max(expected.items.count, got.items.count) {
      compare(
        index < expected.items.count ? expected.items[index] : .nil,
        index < got.items.count ? got.items[index] : .nil, "\(path)[\(index + 1)]", &places)
    }
    let (wanted, there) = (Self.values(expected), Self.values(got))
    for field in Self.inOrder(expected.fields) {
      compare(field.value, there[Key(field.key)] ?? .nil, path + Self.step(field.key), &places)
    }
    for field in Self.inOrder(got.fields.filter { wanted[Key($0.key)] == nil }) {
      compare(.nil, field.value, path + Self.step(field.key), &places)
    }
  }

  private static func inOrder(_ fields: [LuaTable.Field]) -> [LuaTable.Field] {
    fields.map { (text: text($0.key), field: $0) }
      .sorted { $0.text.utf8.lexicographicallyPrecedes($1.text.utf8) }.map(\.field)
  }

  /// A table may have as many members as there is memory for.
  private static func values(_ table: LuaTable) -> [Key: LuaValue] {
    Dictionary(table.fields.map { (Key($0.key), $0.value) }) { first, _ in first }
  }

  /// What a member is found by.
  private struct Key: Hashable {
    private let value: LuaValue

    init(_ value: LuaValue) { self.value = value }

    static func == (left: Self, right: Self) -> Bool { left.value.isSame(as: right.value) }

    func hash(into hasher: inout Hasher) {
      switch value {
      case .string, .bytes: hasher.combine(value.utf8Bytes)
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

    init(_ expected: LuaValue, _ got: LuaValue, _ clean: (String) -> String) {
      (self.expected, self.got) = (text(expected), text(got))
      guard let left = expected.utf8Bytes, let right = got.utf8Bytes else { return }
      let (shown, came) = (scalars(left, clean), scalars(right, clean))
      let same = zip(shown, came).prefix { $0 == $1 }.count
      if same > shownLength - shownBefore, same < max(shown.count, came.count) {
        place = "they differ from character \(same + 1) on"
        self.expected = Self.rest(of: shown, from: same)
        self.got = Self.rest(of: came, from: same)
      } else if self.expected == self.got {
        place = "they differ from byte \(zip(left, right).prefix { $0 == $1 }.count + 1) on"
      }
    }

    private static func rest(of text: String.UnicodeScalarView, from place: Int) -> String {
      "\"…" + quoted(String(text.dropFirst(place - shownBefore))).dropFirst()
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
    case .bytes(let bytes): return quoted(bytes)
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
    quoted(Array(text.utf8), limit: limit)
  }

  static func quoted(_ bytes: [UInt8], limit: Int = shownLength) -> String {
    var result = "\""
    var pieces = TextPieces(bytes)
    for _ in 0..<limit {
      guard let piece = pieces.next() else { return result + "\"" }
      result += escaped(piece)
    }
    return result + (pieces.next() == nil ? "\"" : "…\"")
  }

  private static func escaped(_ piece: TextPiece) -> String {
    switch piece {
    case .scalar("\""): "\\\""
    case .scalar("\\"): "\\\\"
    case .scalar("\n"): "\\n"
    case .scalar(let scalar) where scalar.value < 32 || scalar.value == 127: "\\\(scalar.value)"
    case .scalar(let scalar): String(scalar)
    case .byte(let byte): "\\x\(String(byte, radix: 16))"
    }
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
    return text.utf8.allSatisfy {
      $0 == 95 || (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0)
    }
  }
}

/// The characters of a string, without secrets.
private func scalars(
  _ bytes: [UInt8], _ clean: (String) -> String
) -> String.UnicodeScalarView {
  clean(String(decoding: bytes, as: UTF8.self)).unicodeScalars
}

extension LuaValue {
  /// Strings are the same when their bytes are, and what stays in Lua when it is one there.
  fileprivate func isSame(as other: LuaValue) -> Bool {
    if case .reference(let left) = self, case .reference(let right) = other {
      return left.isSameValue(as: right)
    }
    guard let bytes = utf8Bytes, let others = other.utf8Bytes else { return self == other }
    return bytes == others
  }
}

extension Int64 {
  /// As Lua compares the two kinds of numbers: by what they are, not by what one becomes as the other.
  fileprivate func isLuaEqual(to number: Double) -> Bool { Int64(exactly: number) == self }
}
