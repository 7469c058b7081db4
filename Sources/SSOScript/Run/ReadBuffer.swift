//  ReadBuffer.swift - bytes that have arrived, taken by lines, numbers or counts. Pure.

import LuaEngine

/// Bytes read ahead from a stream.
struct ReadBuffer {
  /// Bytes of one line, or of all that is left, at most.
  static let limit = 64 << 20

  private var bytes: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  /// Bytes behind `start` in which no line ends, so that a long line is searched once.
  private var searched = 0

  /// Adds what was read; nothing means the end.
  ///
  /// - Throws: ``DoorError`` when more is waiting to be taken than one read may give.
  mutating func append(_ more: [UInt8]) throws(DoorError) {
    guard count + more.count <= Self.limit else {
      throw DoorError("a read gives at most \(Self.limit) bytes; read in pieces", .tooLarge)
    }
    isAtEnd = more.isEmpty
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
    defer {
      start += length
      searched = 0
    }
    return bytes[start..<(start + length)]
  }

  private mutating func takeLine(_ keepsEnd: Bool) -> LuaValue? {
    guard let end = bytes[(start + searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
      searched = count
      guard isAtEnd else { return nil }
      return count == 0 ? .nil : LuaValue(bytes: Array(take(count)))
    }
    let line = take(end - start + 1)
    return LuaValue(bytes: Array(keepsEnd ? line : line.dropLast()))
  }

  /// No bytes at all ask whether there is something left.
  private mutating func takeBytes(_ wanted: Int) -> LuaValue? {
    if count == 0 { return isAtEnd ? .nil : nil }
    guard count >= wanted || isAtEnd else { return nil }
    return LuaValue(bytes: Array(take(min(wanted, count))))
  }

  /// What looked like a number and was none is gone, as in Lua.
  private mutating func takeNumber() -> LuaValue? {
    searched = 0
    start = bytes[start...].firstIndex { !LuaNumeral.isBlank($0) } ?? bytes.endIndex
    let scanner = NumeralScanner(bytes[start...])
    guard !scanner.needsMore || isAtEnd else { return nil }
    start += scanner.text.count
    return scanner.numeral.flatMap(LuaNumeral.value) ?? .nil
  }
}

/// A read with several formats, as far as it has come.
struct ReadProgress {
  private var formats: ArraySlice<ReadFormat>
  /// One for each format done; nil is the last.
  private(set) var results: [LuaValue] = []

  init(_ formats: [ReadFormat]) { self.formats = formats[...] }

  /// Takes what it can; false if more must be read first.
  mutating func advance(_ buffer: inout ReadBuffer) -> Bool {
    while let format = formats.first {
      guard let value = buffer.take(format) else { return false }
      results.append(value)
      formats = value == .nil ? [] : formats.dropFirst()
    }
    return true
  }
}
