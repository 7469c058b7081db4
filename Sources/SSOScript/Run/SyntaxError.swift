//  SyntaxError.swift - a syntax error with its column and its line. Pure.

/// What Lua says about a text it cannot compile, made easier to find.
struct SyntaxError {
  let text: String

  /// Nil when `message` is not of the form `name:line: …`.
  init?(_ message: String, in source: [UInt8]) {
    guard let (head, line) = Self.place(in: message) else { return nil }
    let lines = source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.indices.contains(line - 1) else { return nil }
    let shown = String(decoding: lines[line - 1].prefix(200), as: UTF8.self)
    let rest = message.dropFirst(head.count)
    guard let column = Self.column(of: message, in: shown) else {
      text = "\(head)\(rest)\n  \(shown)"
      return
    }
    let caret = String(repeating: " ", count: column - 1) + "^"
    text = "\(head):\(column)\(rest)\n  \(shown)\n  \(caret)"
  }

  /// `flow.lua:3` and 3.
  private static func place(in message: String) -> (String, Int)? {
    let parts = message.split(separator: ":", omittingEmptySubsequences: false)
    for index in parts.indices.dropFirst() {
      guard let line = Int(parts[index]), line > 0 else { continue }
      return (parts[...index].joined(separator: ":"), line)
    }
    return nil
  }

  /// Where the token stands that Lua names after "near", counted from 1.
  private static func column(of message: String, in line: String) -> Int? {
    guard let quote = message.lastIndex(of: "'"), message.hasSuffix("'"),
      let start = message[..<quote].lastIndex(of: "'")
    else { return line.isEmpty ? nil : line.count }
    let token = message[message.index(after: start)..<quote]
    guard !token.isEmpty, let found = lastRange(of: token, in: line) else { return nil }
    return line.distance(from: line.startIndex, to: found) + 1
  }

  private static func lastRange(of token: Substring, in line: String) -> String.Index? {
    line.indices.reversed().first { line[$0...].hasPrefix(token) }
  }
}
