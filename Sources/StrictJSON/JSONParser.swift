//  JSONParser.swift - bytes to a value, or the first rule they break.
//
//  Knows: the grammar of RFC 8259, and what we refuse beyond it (duplicates, depth).
//  Does not know: strings (JSONParser+String) and numbers (JSONParser+Number).

extension JSON {
  /// Reads one JSON document.
  ///
  /// Refused: duplicate keys, bytes after the value, invalid UTF-8, lone surrogates, bare control
  /// characters, integers beyond 64 bits, numbers beyond a double (unless they are to be kept). A byte
  /// order mark at the start is skipped; `\u0000` is accepted.
  ///
  /// - Parameters:
  ///   - bytes: The document.
  ///   - limits: Depth and size at most.
  /// - Returns: The value.
  /// - Throws: ``JSONError`` with the place of the first broken rule.
  public static func parse(
    _ bytes: [UInt8], limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSON {
    guard bytes.count <= limits.size else { throw JSONError(.tooLarge, offset: limits.size) }
    var parser = JSONParser(
      bytes: bytes, keepsLargeNumbers: limits.keepsLargeNumbers, levelsLeft: limits.depth,
      partsLeft: limits.parts)
    return try parser.document()
  }

  /// Reads one JSON document from text, by the rules of ``parse(_:limits:)-(Array<UInt8>,_)``.
  ///
  /// - Parameters:
  ///   - text: The document.
  ///   - limits: Depth and size at most.
  /// - Returns: The value.
  /// - Throws: ``JSONError``; offsets count UTF-8 bytes.
  public static func parse(
    _ text: String, limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> JSON {
    try parse(Array(text.utf8), limits: limits)
  }
}

/// A recursive descent over the bytes; the recursion is bounded by the depth limit.
struct JSONParser {
  let bytes: [UInt8]
  let keepsLargeNumbers: Bool
  var levelsLeft: Int
  var partsLeft: Int
  var offset = 0

  /// The byte at the current place; 0 at the end, where no rule allows a 0 either.
  var current: UInt8 { offset < bytes.count ? bytes[offset] : 0 }

  mutating func document() throws(JSONError) -> JSON {
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { offset = 3 }
    skipSpace()
    let value = try value()
    skipSpace()
    guard offset == bytes.count else { throw JSONError(.trailingBytes, offset: offset) }
    return value
  }

  private mutating func value() throws(JSONError) -> JSON {
    try countPart()
    switch current {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["): return .array(try array())
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: throw unexpected()
    }
  }

  private mutating func object() throws(JSONError) -> JSONObject {
    var object = JSONObject()
    var names = NameSet()
    try open()
    if skip(UInt8(ascii: "}")) { return close(object) }
    repeat {
      skipSpace()
      let start = offset
      guard current == UInt8(ascii: "\"") else { throw unexpected() }
      try countPart()
      let key = try string()
      skipSpace()
      guard skip(UInt8(ascii: ":")) else { throw unexpected() }
      skipSpace()
      let member: JSON
      do { member = try value() } catch { throw error.under(key) }
      guard object.append(key, member, names: &names) else {
        throw JSONError(.duplicateKey, offset: start).under(key)
      }
      skipSpace()
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "}")) else { throw unexpected() }
    return close(object)
  }

  private mutating func countPart() throws(JSONError) {
    guard partsLeft > 0 else { throw JSONError(.tooManyParts, offset: offset) }
    partsLeft -= 1
  }

  private mutating func array() throws(JSONError) -> [JSON] {
    var elements: [JSON] = []
    try open()
    if skip(UInt8(ascii: "]")) { return close(elements) }
    repeat {
      skipSpace()
      do { elements.append(try value()) } catch { throw error.under(elements.count) }
      skipSpace()
    } while skip(UInt8(ascii: ","))
    guard skip(UInt8(ascii: "]")) else { throw unexpected() }
    return close(elements)
  }

  /// Steps over an opening bracket and the space behind it, one level down.
  private mutating func open() throws(JSONError) {
    guard levelsLeft > 0 else { throw JSONError(.tooDeep, offset: offset) }
    levelsLeft -= 1
    offset += 1
    skipSpace()
  }

  private mutating func close<Container>(_ container: Container) -> Container {
    levelsLeft += 1
    return container
  }

  private mutating func word(_ word: StaticString, _ value: JSON) throws(JSONError) -> JSON {
    for byte in word.description.utf8 {
      guard current == byte else { throw unexpected() }
      offset += 1
    }
    return value
  }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard current == byte else { return false }
    offset += 1
    return true
  }

  private mutating func skipSpace() {
    while offset < bytes.count {
      switch bytes[offset] {
      case 0x20, 0x0A, 0x0D, 0x09: offset += 1
      default: return
      }
    }
  }

  /// The error for the byte (or the end) at the current place.
  func unexpected() -> JSONError {
    JSONError(offset < bytes.count ? .unexpectedByte : .unexpectedEnd, offset: offset)
  }
}
