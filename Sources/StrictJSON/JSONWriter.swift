//  JSONWriter.swift - a value to bytes.
//
//  Knows: the shortest text of a double that reads back the same; what must be escaped.

/// How JSON is laid out.
public struct JSONFormat: OptionSet, Sendable {
  /// The bits.
  public let rawValue: Int

  /// Makes a set of bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Members in the order of their names' bytes, at every depth.
  public static let sortedKeys = Self(rawValue: 1)
  /// One member or element a line, two spaces a level.
  public static let pretty = Self(rawValue: 2)
  /// On one line with a blank behind each comma and colon, as Python's `json` writes it.
  public static let spaced = Self(rawValue: 4)
  /// What is not ASCII as `\uXXXX`, as Python's `json` writes it.
  public static let ascii = Self(rawValue: 8)
}

extension JSON {
  /// Writes this value as UTF-8, without spaces unless ``JSONFormat/pretty``.
  ///
  /// - Parameters:
  ///   - format: Order and layout.
  ///   - limits: Depth at most; the size is not looked at.
  /// - Returns: The document, without a final newline.
  /// - Throws: ``JSONError/Code/notFinite`` for NaN and infinities, ``JSONError/Code/tooDeep``.
  public func encoded(
    _ format: JSONFormat = [], limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> [UInt8] {
    var writer = JSONWriter(format: format, limit: limits.depth)
    try writer.append(self)
    return writer.bytes
  }
}

extension JSONObject {
  /// Writes these members as one object, by the rules of ``JSON/encoded(_:limits:)``.
  ///
  /// - Parameters:
  ///   - format: Order and layout.
  ///   - limits: Depth at most; the size is not looked at.
  /// - Returns: The document, without a final newline.
  /// - Throws: ``JSONError/Code/notFinite`` for NaN and infinities, ``JSONError/Code/tooDeep``.
  public func encoded(
    _ format: JSONFormat = [], limits: JSONLimits = JSONLimits()
  ) throws(JSONError) -> [UInt8] {
    try JSON.object(self).encoded(format, limits: limits)
  }
}

/// Appends values to bytes; the recursion is bounded by the depth limit.
private struct JSONWriter {
  let format: JSONFormat
  let limit: Int
  var bytes: [UInt8] = []
  var level = 0

  init(format: JSONFormat, limit: Int) {
    self.format = format
    self.limit = limit
    bytes.reserveCapacity(512)
  }

  mutating func append(_ value: JSON) throws(JSONError) {
    switch value {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let flag): bytes.append(contentsOf: (flag ? "true" : "false").utf8)
    case .integer(let number): bytes.append(contentsOf: number.description.utf8)
    case .number(let number): try append(number)
    case .literal(let text): bytes.append(contentsOf: text.utf8)
    case .string(let text): append(text)
    case .array(let elements): try append(elements)
    case .object(let object): try append(object)
    }
  }

  private mutating func append(_ number: Double) throws(JSONError) {
    guard number.isFinite else { throw JSONError(.notFinite) }
    bytes.append(contentsOf: number.description.utf8)
  }

  private mutating func append(_ elements: [JSON]) throws(JSONError) {
    try open(UInt8(ascii: "["))
    for (index, element) in elements.enumerated() {
      separate(isFirst: index == 0)
      do { try append(element) } catch { throw error.under(index) }
    }
    close(UInt8(ascii: "]"), isEmpty: elements.isEmpty)
  }

  private mutating func append(_ object: JSONObject) throws(JSONError) {
    try open(UInt8(ascii: "{"))
    if format.contains(.sortedKeys) {
      let members = object.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      try append(members: members)
    } else {
      try append(members: object)
    }
    close(UInt8(ascii: "}"), isEmpty: object.isEmpty)
  }

  private mutating func append(
    members: some Sequence<JSONObject.Element>
  ) throws(JSONError) {
    var isFirst = true
    for (key, value) in members {
      separate(isFirst: isFirst)
      isFirst = false
      append(key)
      bytes.append(UInt8(ascii: ":"))
      if hasBlanks { bytes.append(UInt8(ascii: " ")) }
      do { try append(value) } catch { throw error.under(key) }
    }
  }

  private mutating func open(_ bracket: UInt8) throws(JSONError) {
    guard level < limit else { throw JSONError(.tooDeep) }
    level += 1
    bytes.append(bracket)
  }

  private mutating func close(_ bracket: UInt8, isEmpty: Bool) {
    level -= 1
    if !isEmpty { breakLine() }
    bytes.append(bracket)
  }

  private mutating func separate(isFirst: Bool) {
    if !isFirst {
      bytes.append(UInt8(ascii: ","))
      if format.contains(.spaced), !format.contains(.pretty) { bytes.append(UInt8(ascii: " ")) }
    }
    breakLine()
  }

  private var hasBlanks: Bool { !format.isDisjoint(with: [.pretty, .spaced]) }

  private mutating func breakLine() {
    guard format.contains(.pretty) else { return }
    bytes.append(UInt8(ascii: "\n"))
    bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
  }

  /// Copies the text whole, then looks for what needs an escape: nearly always nothing does.
  private mutating func append(_ text: String) {
    bytes.append(UInt8(ascii: "\""))
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    if needsEscape(from: start) {
      bytes.removeSubrange(start...)
      for byte in text.utf8 { appendEscaped(byte) }
    }
    if format.contains(.ascii), bytes[start...].contains(where: { $0 > 0x7F }) {
      let escaped = String(decoding: bytes[start...], as: UTF8.self)
      bytes.removeSubrange(start...)
      for unit in escaped.utf16 { appendASCII(unit) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Without branches, so that the compiler can look at many bytes at once.
  private func needsEscape(from start: Int) -> Bool {
    var found: UInt8 = 0
    for byte in bytes[start...] {
      found |= (byte < 0x20 ? 1 : 0) | (byte == 0x22 ? 1 : 0) | (byte == 0x5C ? 1 : 0)
    }
    return found != 0
  }

  private mutating func appendASCII(_ unit: UInt16) {
    guard unit > 0x7F else { return bytes.append(UInt8(unit)) }
    let digits = String(unit, radix: 16)
    bytes.append(contentsOf: "\\u".utf8)
    bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
    bytes.append(contentsOf: digits.utf8)
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    switch byte {
    case UInt8(ascii: "\""), 0x5C: bytes.append(contentsOf: [0x5C, byte])
    case 0x0A: bytes.append(contentsOf: "\\n".utf8)
    case 0x0D: bytes.append(contentsOf: "\\r".utf8)
    case 0x09: bytes.append(contentsOf: "\\t".utf8)
    case 0..<0x20:
      bytes.append(contentsOf: byte < 0x10 ? "\\u000".utf8 : "\\u00".utf8)
      bytes.append(contentsOf: String(byte, radix: 16).utf8)
    default: bytes.append(byte)
    }
  }
}
