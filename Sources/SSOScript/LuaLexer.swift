//  LuaLexer.swift - the tokens of a Lua text. Pure.
//
//  Knows as much of Lua's grammar as is needed not to be misled by comments and strings.

/// Takes a Lua text apart; what does not parse gives fewer tokens, or others.
package struct LuaLexer {
  package enum Token: Equatable {
    /// A name, a keyword or a number.
    case name(String)
    /// What stands between quotes or long brackets, as it is written.
    case text(String)
    /// Any other byte; `?` for `==` and its like.
    case symbol(Character)
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1

  package init(_ bytes: [UInt8]) { self.bytes = Self.withPlainLineEnds(bytes) }

  /// A line ends with either of two bytes, or with both in any order, as in Lua.
  private static func withPlainLineEnds(_ bytes: [UInt8]) -> [UInt8] {
    let ends = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    guard bytes.contains(ends[0]) else { return bytes }
    var plain: [UInt8] = []
    var former: UInt8?
    for byte in bytes {
      guard ends.contains(byte) else {
        plain.append(byte)
        former = nil
        continue
      }
      let isSecond = former != nil && former != byte
      if !isSecond { plain.append(ends[1]) }
      former = isSecond ? nil : byte
    }
    return plain
  }

  /// The texts of a whole file.
  package static func texts(in bytes: [UInt8]) -> [String] {
    var lexer = LuaLexer(bytes)
    var texts: [String] = []
    while let (token, _) = lexer.next() {
      if case .text(let text) = token { texts.append(text) }
    }
    return texts
  }

  /// The next token, and the line in which it begins.
  package mutating func next() -> (Token, line: Int)? {
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
    while let byte = current, byte != quote, byte != UInt8(ascii: "\n") {
      position += 1
      if byte == UInt8(ascii: "\\") { skipEscaped() }
    }
    let end = min(position, bytes.count)
    if current == quote { position += 1 }
    return (.text(String(decoding: bytes[min(start, end)..<end], as: UTF8.self)), first)
  }

  /// What stands behind a backslash: a line end, and behind `z` all blanks and line ends, do not end
  /// the string.
  private mutating func skipEscaped() {
    switch current {
    case UInt8(ascii: "z"):
      position += 1
      while let byte = current, byte == 32 || (9...13).contains(byte) {
        if byte == UInt8(ascii: "\n") { line += 1 }
        position += 1
      }
    case UInt8(ascii: "\n"):
      line += 1
      position += 1
    default: position += 1
    }
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
