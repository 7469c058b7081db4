//  ScriptText.swift - the text of a script before it is read: UTF-8, byte order mark, `#!`. Pure.

import LuaEngine
import SSOOIDC

/// The text of a script as the interpreter wants it.
enum ScriptText {
  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Refuses a text that is not UTF-8, and names line and byte.
  static func check(_ source: [UInt8], name: String) throws(LuaFailure) {
    let isASCII = source.allSatisfy { $0 < 0x80 }
    guard !isASCII, String(validating: source, as: UTF8.self) == nil else { return }
    var line = 1
    for bytes in source.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      if let place = firstInvalidByte(bytes) {
        let number = place - bytes.startIndex + 1
        throw LuaFailure(
          "\(name.dropFirst()):\(line): byte \(number) of the line, "
            + "0x\(Hexadecimal.encode([bytes[place]])), is not UTF-8; save the file as UTF-8")
      }
      line += 1
    }
  }

  /// Where the longest valid beginning of `bytes` ends.
  private static func firstInvalidByte(_ bytes: ArraySlice<UInt8>) -> Int? {
    var place = bytes.startIndex
    while place < bytes.endIndex {
      let length = (1...4).first {
        String(validating: bytes[place...].prefix($0), as: UTF8.self) != nil
      }
      guard let length else { return place }
      place += length
    }
    return nil
  }

  /// `source` without a byte order mark, its `#!` line emptied so that line numbers stay right.
  static func withoutShebang(_ source: [UInt8]) -> [UInt8] {
    let text = source.starts(with: byteOrderMark) ? source[3...] : source[...]
    guard text.first == UInt8(ascii: "#") else { return Array(text) }
    return Array(text.drop { $0 != UInt8(ascii: "\n") })
  }
}
