//  KeyLines.swift - in which line of a Lua text a table's key is given. Pure.
//
//  Why: values have no line, and whoever is refused something wants to see the rule. Knows as much of
//  Lua's grammar as is needed not to be misled by comments and strings.

/// Where the keys of a text's table constructors and assignments stand.
struct KeyLines {
  private struct Key {
    var parent: String
    var name: String
    var line: Int
  }

  private var keys: [Key] = []

  init(_ text: [UInt8]) {
    var lexer = KeyLexer(text)
    var tables: [String] = []
    var previous: [KeyLexer.Token] = []
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
  private static func key(_ tokens: [KeyLexer.Token]) -> (parent: String?, name: String)? {
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

/// Takes a Lua text apart.
private struct KeyLexer {
  enum Token: Equatable {
    case name(String)
    case text(String)
    case symbol(Character)
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> (Token, line: Int)? {
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\n"):
        line += 1
        position += 1
      case 0...32: position += 1
      case UInt8(ascii: "-") where at(1) == UInt8(ascii: "-"): skipComment()
      case UInt8(ascii: "\""), UInt8(ascii: "'"): return quoted(byte)
      case UInt8(ascii: "["):
        let start = line
        if let text = longText() { return (.text(text), start) }
        return symbol()
      case UInt8(ascii: "="), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "~"):
        // `==` and its like give no key.
        if at(1) == UInt8(ascii: "=") {
          position += 2
          return (.symbol("?"), line)
        }
        return symbol()
      case let byte where Self.isWord(byte): return word()
      default: return symbol()
      }
    }
    return nil
  }

  private var current: UInt8? { at(0) }

  private func at(_ offset: Int) -> UInt8? {
    bytes.indices.contains(position + offset) ? bytes[position + offset] : nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (48...57).contains(byte) || (65...90).contains(byte)
      || (97...122).contains(byte)
  }

  private mutating func symbol() -> (Token, line: Int) {
    defer { position += 1 }
    return (.symbol(Character(Unicode.Scalar(bytes[position]))), line)
  }

  private mutating func word() -> (Token, line: Int) {
    let start = position
    while let byte = current, Self.isWord(byte) { position += 1 }
    return (.name(String(decoding: bytes[start..<position], as: UTF8.self)), line)
  }

  private mutating func quoted(_ quote: UInt8) -> (Token, line: Int) {
    let (start, first) = (position + 1, line)
    position += 1
    while let byte = current, byte != quote {
      if byte == UInt8(ascii: "\\") { position += 1 }
      if current == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
    let end = min(position, bytes.count)
    position += 1
    return (.text(String(decoding: bytes[min(start, end)..<end], as: UTF8.self)), first)
  }

  private mutating func skipComment() {
    position += 2
    if current == UInt8(ascii: "["), longText() != nil { return }
    while let byte = current, byte != UInt8(ascii: "\n") { position += 1 }
  }

  /// `[[…]]`, `[=[…]=]`, …; nil, and nothing read, for any other bracket.
  private mutating func longText() -> String? {
    var level = 0
    while at(1 + level) == UInt8(ascii: "=") { level += 1 }
    guard at(1 + level) == UInt8(ascii: "[") else { return nil }
    let close =
      [UInt8(ascii: "]")] + Array(repeating: UInt8(ascii: "="), count: level) + [UInt8(ascii: "]")]
    position += level + 2
    let start = position
    while position < bytes.count, !bytes[position...].starts(with: close) {
      if bytes[position] == UInt8(ascii: "\n") { line += 1 }
      position += 1
    }
    defer { position = min(position + close.count, bytes.count) }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }
}
