//  ReadBuffer.swift - bytes that have arrived, taken by lines, numbers or counts. Pure.

import LuaEngine

/// Bytes read ahead from a stream.
struct ReadBuffer {
  private var bytes: [UInt8] = []
  private var start = 0
  private var isAtEnd = false

  /// Adds what was read; nothing means the end.
  mutating func append(_ more: [UInt8]) {
    if more.isEmpty { isAtEnd = true }
    if start > 0 {
      bytes.removeFirst(start)
      start = 0
    }
    bytes += more
  }

  /// How many bytes are read ahead; a seek has to go back by so many.
  var count: Int { bytes.count - start }

  /// Drops what was read ahead.
  mutating func clear() { self = ReadBuffer() }

  /// What `format` asks for, nil value at the end of the stream; nil if more must be read first.
  mutating func take(_ format: ReadFormat) -> LuaValue? {
    switch format {
    case .line(let keepsEnd): takeLine(keepsEnd)
    case .all: isAtEnd ? LuaValue(bytes: Array(take(count))) : nil
    case .bytes(let wanted): takeBytes(wanted)
    case .number: takeNumber()
    }
  }

  private mutating func take(_ length: Int) -> ArraySlice<UInt8> {
    defer { start += length }
    return bytes[start..<(start + length)]
  }

  private mutating func takeLine(_ keepsEnd: Bool) -> LuaValue? {
    guard let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) else {
      guard isAtEnd else { return nil }
      return count == 0 ? .nil : LuaValue(bytes: Array(take(count)))
    }
    let line = take(end - start + 1)
    return LuaValue(bytes: Array(keepsEnd ? line : line.dropLast()))
  }

  private mutating func takeBytes(_ wanted: Int) -> LuaValue? {
    if count == 0, isAtEnd { return .nil }
    guard count >= wanted || isAtEnd, count > 0 else { return nil }
    return LuaValue(bytes: Array(take(min(wanted, count))))
  }

  /// A number ends at the first byte that cannot belong to one.
  private mutating func takeNumber() -> LuaValue? {
    let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
    let first = bytes[start...].firstIndex { !isSpace($0) } ?? bytes.endIndex
    let end = bytes[first...].firstIndex { !Self.mayBeNumber($0) } ?? bytes.endIndex
    guard end < bytes.endIndex || isAtEnd else { return nil }
    let text = String(decoding: bytes[first..<end], as: UTF8.self)
    start = end
    if let integer = Int64(text) { return .integer(integer) }
    if text.hasPrefix("0x"), let integer = Int64(text.dropFirst(2), radix: 16) {
      return .integer(integer)
    }
    return Double(text).map(LuaValue.number) ?? .nil
  }

  private static func mayBeNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"), UInt8(ascii: "x"), UInt8(ascii: "X"),
      UInt8(ascii: "p"), UInt8(ascii: "P"), UInt8(ascii: "+"), UInt8(ascii: "-"),
      UInt8(ascii: "."):
      true
    default: false
    }
  }
}
