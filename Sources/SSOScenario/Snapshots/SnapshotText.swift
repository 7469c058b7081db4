//  SnapshotText.swift - a value as lines to keep, and where two of them differ. Pure.

internal import LuaEngine
internal import StrictJSON

enum SnapshotText {
  private static let width = 76
  private static let shownLines = 12

  /// A text as it is, but for what a terminal would act on and what is no text; a table with a member a line
  /// where it is long.
  static func text(_ value: LuaValue) -> String {
    switch value {
    case .string(let text): printable(Array(text.utf8))
    case .bytes(let bytes): printable(bytes)
    case .table(let table): lines(table).joined(separator: "\n")
    default: Difference.text(value)
    }
  }

  /// A backslash that would begin such an escape is written as one, so that no two texts look alike.
  private static func printable(_ bytes: [UInt8]) -> String {
    if !bytes.contains(where: isTold), let text = String(validating: bytes, as: UTF8.self) {
      return text
    }
    let bytes = ["u{", "x{"].reduce(bytes) { bytes, mark in
      bytes.replacing("\\\(mark)".utf8, with: "\\u{5c}\(mark)".utf8)
    }
    return TextPieces(bytes).reduce(into: "") { $0 += escaped($1) }
  }

  private static func isTold(_ byte: UInt8) -> Bool {
    byte < 32 && byte != 9 && byte != 10 || byte == 127 || byte == UInt8(ascii: "\\")
  }

  private static func escaped(_ piece: TextPiece) -> String {
    switch piece {
    case .scalar("\n"): "\n"
    case .scalar("\t"): "\t"
    case .scalar(let scalar) where scalar.value < 32 || scalar.value == 127:
      "\\u{\(String(scalar.value, radix: 16))}"
    case .scalar(let scalar): String(scalar)
    case .byte(let byte): "\\x{\(String(byte, radix: 16))}"
    }
  }

  private static func lines(_ table: LuaTable, from indent: Int = 0) -> [String] {
    let members: [(name: String, value: LuaValue)] =
      table.items.map { ("", $0) } + Difference.members(table)
    guard !members.isEmpty else { return ["{}"] }
    let parts = members.map { name, value in
      var lines = value.lines(from: indent + 2)
      lines[0] = name + lines[0]
      return lines
    }
    if parts.allSatisfy({ $0.count == 1 }) {
      let short = "{ \(parts.map { $0[0] }.joined(separator: ", ")) }"
      if short.count + indent <= width { return [short] }
    }
    let rows = parts.flatMap { part in
      (part.dropLast() + ["\(part.last ?? ""),"]).map { "  \($0)" }
    }
    return ["{"] + rows + ["}"]
  }

  fileprivate static func lines(of value: LuaValue, from indent: Int) -> [String] {
    switch value {
    case .table(let table): lines(table, from: indent)
    case .string(let text): [Difference.quoted(text, limit: .max)]
    case .bytes(let bytes): [Difference.quoted(bytes, limit: .max)]
    default: [Difference.text(value)]
    }
  }

  // MARK: Differences

  /// What a failure shows of a value that is not expected.
  static func shown(_ text: String) -> String {
    let rows = text.byteLines
    let more = rows.count > shownLines ? ["  …and \(rows.count - shownLines) more lines"] : []
    return (rows.prefix(shownLines).map { "  | \($0)" } + more).joined(separator: "\n")
  }

  /// One line as `assert.same` shows it; of several those that went and those that came, with the lines around.
  static func difference(expected: String, got: String) -> String {
    let (old, new) = (expected.byteLines, got.byteLines)
    guard old.count > 1 || new.count > 1 else {
      // Equal, and of other bytes: an accent by itself, or in its letter.
      let isShown = expected != got
      let place = zip(expected.utf8, got.utf8).prefix { $0 == $1 }.count + 1
      return "expected: \(expected)\n     got: \(got)"
        + (isShown ? "" : "\nthey differ from byte \(place) on")
    }
    let start = zip(old, new).prefix { $0.utf8.elementsEqual($1.utf8) }.count
    let end = zip(old.dropFirst(start).reversed(), new.dropFirst(start).reversed())
      .prefix { $0.utf8.elementsEqual($1.utf8) }.count
    let around = 2
    var lines = old[max(0, start - around)..<start].map { "    | \($0)" }
    lines += changed("-", old[start..<(old.count - end)])
    lines += changed("+", new[start..<(new.count - end)])
    lines += old.suffix(end).prefix(around).map { "    | \($0)" }
    return lines.joined(separator: "\n")
  }

  private static func changed(_ mark: String, _ rows: ArraySlice<Substring>) -> [String] {
    let more =
      rows.count > shownLines ? ["  \(mark) …and \(rows.count - shownLines) more lines"] : []
    return rows.prefix(shownLines).map { "  \(mark) | \($0)" } + more
  }
}

extension LuaValue {
  fileprivate func lines(from indent: Int) -> [String] {
    SnapshotText.lines(of: self, from: indent)
  }
}
