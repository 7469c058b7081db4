//  LuaNumeral.swift - texts of numbers, as Lua 5.4 reads them (manual, section 3.1). Pure.

import LuaEngine

/// Numerals of Lua.
enum LuaNumeral {
  /// The number that `text` is, blanks around it allowed; nil if it is none.
  static func value(_ text: String) -> LuaValue? {
    var digits = trimmed(text)
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else {
      return nil
    }
    guard first == UInt8(ascii: "0"), digits.dropFirst().first.map({ $0 | 0x20 }) == 0x78 else {
      return decimal(digits, isNegative)
    }
    return hexadecimal(digits.dropFirst(2), isNegative)
  }

  private static func trimmed(_ text: String) -> ArraySlice<UInt8> {
    let bytes = Array(text.utf8)[...].drop(while: isBlank)
    guard let last = bytes.lastIndex(where: { !isBlank($0) }) else { return [] }
    return bytes[...last]
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

  static func isDigit(_ byte: UInt8, isHexadecimal: Bool) -> Bool {
    (0x30...0x39).contains(byte) || (isHexadecimal && (0x61...0x66).contains(byte | 0x20))
  }

  /// An integer too large for 64 bits is a float.
  private static func decimal(_ digits: ArraySlice<UInt8>, _ isNegative: Bool) -> LuaValue? {
    let text = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    if let integer = Int64(text) { return .integer(integer) }
    return float(digits, "e", isHexadecimal: false).map { .number(isNegative ? -$0 : $0) }
  }

  /// An integer too large for 64 bits wraps around.
  private static func hexadecimal(_ digits: ArraySlice<UInt8>, _ isNegative: Bool) -> LuaValue? {
    if !digits.isEmpty, digits.allSatisfy({ isDigit($0, isHexadecimal: true) }) {
      let value = digits.reduce(UInt64(0)) { $0 << 4 | UInt64($1 & 0xF) + ($1 > 0x39 ? 9 : 0) }
      return .integer(Int64(bitPattern: isNegative ? 0 &- value : value))
    }
    return float(digits, "p", isHexadecimal: true).map { .number(isNegative ? -$0 : $0) }
  }

  /// Swift's reader wants digits on both sides of a point, and an exponent in base 16.
  private static func float(
    _ digits: ArraySlice<UInt8>, _ mark: Character, isHexadecimal: Bool
  ) -> Double? {
    let parts = String(decoding: digits, as: UTF8.self).lowercased()
      .split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false)
    let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard mantissa.count <= 2, mantissa.contains(where: { !$0.isEmpty }),
      mantissa.allSatisfy({ $0.utf8.allSatisfy { isDigit($0, isHexadecimal: isHexadecimal) } })
    else { return nil }
    let whole = mantissa[0].isEmpty ? "0" : mantissa[0]
    let fraction = mantissa.count < 2 || mantissa[1].isEmpty ? "0" : mantissa[1]
    let exponent = parts.count < 2 ? "0" : parts[1]
    let power = exponent.utf8.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    guard exponent.utf8.count - power.count <= 1, !power.isEmpty,
      power.allSatisfy({ isDigit($0, isHexadecimal: false) })
    else { return nil }
    return Double("\(isHexadecimal ? "0x" : "")\(whole).\(fraction)\(mark)\(exponent)")
  }
}
