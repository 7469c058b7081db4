//  DecodedText.swift - a text without its escapes, and where each byte came from. Pure.

/// What a text says once its escapes are read.
struct DecodedText {
  private(set) var bytes: [UInt8] = []
  /// Where each byte of ``bytes`` begins in the original.
  private var starts: [Int] = []
  private let length: Int

  private init(length: Int) { self.length = length }

  /// With `%41` read, as in a URL or a form; nil if there is nothing of that kind.
  init?(percent text: [UInt8]) {
    guard text.contains(UInt8(ascii: "%")) else { return nil }
    self.init(length: text.count)
    var position = 0
    while position < text.count {
      let code = text[position] == UInt8(ascii: "%") ? Self.number(text, position + 1, 2, 16) : nil
      append(code.map(UInt8.init) ?? text[position], from: position)
      position += code == nil ? 1 : 3
    }
  }

  /// With the escapes of JSON and Lua read; nil if there are none.
  init?(backslash text: [UInt8]) {
    guard text.contains(UInt8(ascii: "\\")) else { return nil }
    self.init(length: text.count)
    var position = 0
    while position < text.count {
      guard text[position] == UInt8(ascii: "\\"), position + 1 < text.count else {
        append(text[position], from: position)
        position += 1
        continue
      }
      position = readEscape(text, at: position)
    }
  }

  /// The range of the original that a range of ``bytes`` came from.
  func original(_ range: Range<Int>) -> Range<Int> {
    starts[range.lowerBound]..<(range.upperBound < starts.count ? starts[range.upperBound] : length)
  }

  private mutating func append(_ byte: UInt8, from position: Int) {
    bytes.append(byte)
    starts.append(position)
  }

  // MARK: Escapes

  private static let letters: [UInt8: UInt8] = [
    UInt8(ascii: "n"): 10, UInt8(ascii: "r"): 13, UInt8(ascii: "t"): 9, UInt8(ascii: "b"): 8,
    UInt8(ascii: "f"): 12, UInt8(ascii: "a"): 7, UInt8(ascii: "v"): 11,
  ]

  /// Reads one and gives the position behind it.
  private mutating func readEscape(_ text: [UInt8], at start: Int) -> Int {
    let letter = text[start + 1]
    if letter == UInt8(ascii: "u"), let end = readScalar(text, at: start) { return end }
    if letter == UInt8(ascii: "x"), let code = Self.number(text, start + 2, 2, 16) {
      append(UInt8(code), from: start)
      return start + 4
    }
    if let code = Self.number(text, start + 1, 3, 10) ?? Self.number(text, start + 1, 2, 10)
      ?? Self.number(text, start + 1, 1, 10), code < 256
    {
      append(UInt8(code), from: start)
      return start + 1 + Self.digits(text, start + 1)
    }
    append(Self.letters[letter] ?? letter, from: start)
    return start + 2
  }

  /// `\u0041`, `\ud83d\ude00` or `\u{41}`.
  private mutating func readScalar(_ text: [UInt8], at start: Int) -> Int? {
    var end = start + 6
    var code: UInt32?
    if start + 2 < text.count, text[start + 2] == UInt8(ascii: "{") {
      let digits = text[(start + 3)...].prefix { $0 != UInt8(ascii: "}") }.prefix(6)
      code = UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
      end = digits.endIndex + 1
    } else if let high = Self.number(text, start + 2, 4, 16) {
      code = UInt32(high)
      if (0xD800..<0xDC00).contains(high), let low = Self.number(text, start + 8, 4, 16),
        low >= 0xDC00
      {
        code = 0x10000 + UInt32(high - 0xD800) << 10 + UInt32(low - 0xDC00)
        end += 6
      }
    }
    guard let scalar = code.flatMap(Unicode.Scalar.init) else { return nil }
    for byte in String(scalar).utf8 { append(byte, from: start) }
    return min(end, text.count)
  }

  private static func digits(_ text: [UInt8], _ start: Int) -> Int {
    text[start...].prefix(3).prefix { (0x30...0x39).contains($0) }.count
  }

  private static func number(_ text: [UInt8], _ start: Int, _ count: Int, _ radix: Int) -> Int? {
    guard start + count <= text.count else { return nil }
    let digits = text[start..<(start + count)]
    guard digits.allSatisfy({ LuaNumeral.isDigit($0, isHexadecimal: radix == 16) }) else {
      return nil
    }
    return Int(String(decoding: digits, as: UTF8.self), radix: radix)
  }
}
