//  JSONParser+String.swift - strings: fast when plain, exact when escaped.

extension JSONParser {
  /// What a look at a string's bytes told.
  private struct Look {
    var hasEscapes = false
    var isASCII = true
  }

  /// Reads a string, the current place being its opening quote.
  mutating func string() throws(JSONError) -> String {
    offset += 1
    let start = offset
    let look = try skipString()
    let body = bytes[start..<offset - 1]
    if !look.isASCII { try checkUTF8(body) }
    guard look.hasEscapes else { return String(decoding: body, as: UTF8.self) }
    return try unescaped(body)
  }

  /// Moves behind the closing quote.
  private mutating func skipString() throws(JSONError) -> Look {
    var look = Look()
    let bytes = bytes
    // A local place: the parser's own would be written back for each byte.
    var place = bytes.endOfPlainGroups(from: offset)
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if byte.isPlain { continue }
      if byte == UInt8(ascii: "\"") {
        offset = place
        return look
      }
      if byte == UInt8(ascii: "\\") {
        look.hasEscapes = true
        place += 1
      } else if byte < 0x20 {
        throw JSONError(.controlCharacter, offset: place - 1)
      } else {
        look.isASCII = false
      }
      place = bytes.endOfPlainGroups(from: place)
    }
    throw JSONError(.unexpectedEnd, offset: bytes.count)
  }

  private func checkUTF8(_ body: ArraySlice<UInt8>) throws(JSONError) {
    guard String(validating: body, as: UTF8.self) == nil else { return }
    var place = body.startIndex
    var decoder = UTF8()
    var rest = body.makeIterator()
    while case .scalarValue(let scalar) = decoder.decode(&rest) {
      place += UTF8.width(scalar)
    }
    throw JSONError(.invalidUTF8, offset: place)
  }

  private func unescaped(_ body: ArraySlice<UInt8>) throws(JSONError) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(body.count)
    var place = body.startIndex
    while place < body.endIndex {
      if bytes[place] == UInt8(ascii: "\\") {
        try appendEscape(at: &place, to: &text)
      } else {
        text.append(bytes[place])
        place += 1
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Appends the character that the escape at `place` stands for, and moves behind it.
  private func appendEscape(at place: inout Int, to text: inout [UInt8]) throws(JSONError) {
    let start = place
    place += 2
    switch bytes[start + 1] {
    case UInt8(ascii: "u"):
      let scalar = try unicodeEscape(at: start)
      place = start + (scalar.value > 0xFFFF ? 12 : 6)
      text.append(contentsOf: String(scalar).utf8)
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case let byte where byte == UInt8(ascii: "\"") || byte == 0x5C || byte == UInt8(ascii: "/"):
      text.append(byte)
    default: throw JSONError(.invalidEscape, offset: start)
    }
  }

  /// The character of `\uXXXX`, or of a pair of them.
  private func unicodeEscape(at place: Int) throws(JSONError) -> Unicode.Scalar {
    let first = try codeUnit(at: place)
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, place + 7 < bytes.count, bytes[place + 6] == 0x5C,
      bytes[place + 7] == UInt8(ascii: "u")
    else { throw JSONError(.loneSurrogate, offset: place) }
    let second = try codeUnit(at: place + 6)
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(
        0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    else { throw JSONError(.loneSurrogate, offset: place) }
    return scalar
  }

  /// The four hexadecimal digits behind `\u`.
  private func codeUnit(at place: Int) throws(JSONError) -> UInt16 {
    var unit: UInt16 = 0
    for index in place + 2..<place + 6 {
      guard index < bytes.count, let digit = bytes[index].hexadecimalValue else {
        throw JSONError(.invalidEscape, offset: place)
      }
      unit = unit << 4 | digit
    }
    return unit
  }
}

extension [UInt8] {
  /// The end of the groups of bytes from `place` on that all stand for themselves.
  ///
  /// Long strings are tokens: a group takes about as much time as one byte of it would.
  fileprivate func endOfPlainGroups(from place: Int) -> Int {
    let group = 16
    var place = place
    while place <= count - group {
      // No way out in the middle, so that the compiler can look at all bytes at once.
      var (most, quote, escape) = (UInt8.min, UInt8.max, UInt8.max)
      for index in place..<place + group {
        most = Swift.max(most, self[index] &- 0x20)
        quote = Swift.min(quote, self[index] ^ UInt8(ascii: "\""))
        escape = Swift.min(escape, self[index] ^ UInt8(ascii: "\\"))
      }
      guard most < 0x60, quote != 0, escape != 0 else { break }
      place += group
    }
    return place
  }
}

extension UInt8 {
  /// A byte of ASCII that stands for itself.
  fileprivate var isPlain: Bool {
    self &- 0x20 < 0x60 && self != UInt8(ascii: "\"") && self != UInt8(ascii: "\\")
  }

  fileprivate var hexadecimalValue: UInt16? {
    switch self {
    case 0x30...0x39: UInt16(self - 0x30)
    case 0x41...0x46: UInt16(self - 0x37)
    case 0x61...0x66: UInt16(self - 0x57)
    default: nil
    }
  }
}
