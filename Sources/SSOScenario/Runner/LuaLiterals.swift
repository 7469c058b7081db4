//  LuaLiterals.swift - the texts that stand in a Lua file: among them are the names of what it loads. Pure.
//
//  Knows: quotes, long brackets, comments. Does not know: what a text is for.

/// Walks over a Lua file.
struct LuaLiterals: Sequence, IteratorProtocol {
  private let bytes: [UInt8]
  private var position = 0

  /// What does not parse gives fewer texts, or others.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The next text, as it is written.
  mutating func next() -> String? {
    while position < bytes.count {
      let byte = bytes[position]
      if bytes[position...].starts(with: "--".utf8) {
        position += 2
        if long() == nil { skip { $0 != 10 } }
      } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        return quoted(byte)
      } else if let text = long() {
        return text
      } else {
        position += 1
      }
    }
    return nil
  }

  private mutating func skip(while isIn: (UInt8) -> Bool) {
    while position < bytes.count, isIn(bytes[position]) { position += 1 }
  }

  private mutating func quoted(_ quote: UInt8) -> String {
    position += 1
    let start = position
    while position < bytes.count, bytes[position] != quote, bytes[position] != 10 {
      position += bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    defer { position += 1 }
    return text(from: start)
  }

  /// `[[…]]`, `[=[…]=]`.
  private mutating func long() -> String? {
    guard bytes[position...].first == UInt8(ascii: "[") else { return nil }
    let marks = bytes[(position + 1)...].prefix { $0 == UInt8(ascii: "=") }
    guard bytes[marks.endIndex...].first == UInt8(ascii: "[") else { return nil }
    let end = [UInt8(ascii: "]")] + marks + [UInt8(ascii: "]")]
    position = marks.endIndex + 1
    let start = position
    while position < bytes.count, !bytes[position...].starts(with: end) { position += 1 }
    defer { position = Swift.min(position + end.count, bytes.count) }
    return text(from: start)
  }

  private func text(from start: Int) -> String {
    String(
      decoding: bytes[Swift.min(start, bytes.count)..<Swift.min(position, bytes.count)],
      as: UTF8.self)
  }
}
