//  ReadBuffer.swift - bytes that have arrived, taken by lines, numbers or counts. Pure.

import LuaEngine

/// Bytes read ahead from a stream.
struct ReadBuffer {
  /// Bytes of one line, or of all that is left, at most.
  static let limit = 64 << 20

  private var bytes: [UInt8] = []
  private var start = 0
  /// Bytes behind `start` in which no line ends, so that a long line is searched once.
  private var searched = 0
  /// Bytes behind `start` that are blank, so that those before a number are passed over once.
  private var blanks = 0

  /// How many bytes may be read ahead now: up to one more than a read gives, which shows that there are more.
  ///
  /// - Throws: ``DoorError`` when more is waiting to be taken than one read may give.
  func room() throws(DoorError) -> Int {
    guard count <= Self.limit else {
      throw DoorError("a read gives at most \(Self.limit) bytes; read in pieces", .tooLarge)
    }
    return min(64 << 10, Self.limit + 1 - count)
  }

  /// Adds what was read.
  mutating func append(_ more: [UInt8]) {
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

  /// What is taken next.
  func first(_ length: Int) -> ArraySlice<UInt8> { bytes[start..<(start + length)] }

  /// Puts back what was taken last.
  mutating func putBack(_ taken: [UInt8]) {
    guard !taken.isEmpty else { return }
    bytes.replaceSubrange(..<start, with: taken)
    (start, searched, blanks) = (0, 0, 0)
  }

  /// What `format` asks for, nil value at the end of the stream; nil if more must be read first.
  mutating func take(_ format: ReadFormat, isAtEnd: Bool) -> LuaValue? {
    switch format {
    case .line(let keepsEnd): takeLine(keepsEnd, isAtEnd)
    case .all: isAtEnd ? LuaValue(bytes: Array(take(count))) : nil
    case .bytes(let wanted): takeBytes(wanted, isAtEnd)
    case .number: takeNumber(isAtEnd)
    }
  }

  private mutating func take(_ length: Int) -> ArraySlice<UInt8> {
    defer {
      start += length
      (searched, blanks) = (0, 0)
    }
    return first(length)
  }

  private mutating func takeLine(_ keepsEnd: Bool, _ isAtEnd: Bool) -> LuaValue? {
    guard let end = bytes[(start + searched)...].firstIndex(of: UInt8(ascii: "\n")) else {
      searched = count
      guard isAtEnd else { return nil }
      return count == 0 ? .nil : LuaValue(bytes: Array(take(count)))
    }
    let line = take(end - start + 1)
    return LuaValue(bytes: Array(keepsEnd ? line : line.dropLast()))
  }

  /// No bytes at all ask whether there is something left.
  private mutating func takeBytes(_ wanted: Int, _ isAtEnd: Bool) -> LuaValue? {
    if count == 0 { return isAtEnd ? .nil : nil }
    guard count >= wanted || isAtEnd else { return nil }
    return LuaValue(bytes: Array(take(min(wanted, count))))
  }

  /// What looked like a number and was none is gone, as in Lua.
  private mutating func takeNumber(_ isAtEnd: Bool) -> LuaValue? {
    let rest = bytes[(start + blanks)...].drop { LuaNumeral.isBlank($0) }
    blanks = rest.startIndex - start
    let scanner = NumeralScanner(rest)
    guard !scanner.needsMore || isAtEnd else { return nil }
    _ = take(blanks + scanner.text.count)
    return scanner.numeral.flatMap(LuaNumeral.value) ?? .nil
  }
}

/// A read with several formats, as far as it has come.
struct ReadProgress {
  private var formats: ArraySlice<ReadFormat>
  /// One for each format done; nil is the last.
  private(set) var results: [LuaValue] = []
  /// What the formats done have taken.
  private var taken: [UInt8] = []
  /// Within one read an end stays an end, as in C; the next read looks again.
  private var isAtEnd = false

  init(_ formats: [ReadFormat]) { self.formats = formats[...] }

  /// Takes what it can; false if more must be read first.
  mutating func advance(_ buffer: inout ReadBuffer) -> Bool {
    while let format = formats.first {
      let before = buffer
      guard let value = buffer.take(format, isAtEnd: isAtEnd) else { return false }
      results.append(value)
      formats = value == .nil ? [] : formats.dropFirst()
      if !formats.isEmpty { taken += before.first(before.count - buffer.count) }
    }
    return true
  }

  /// Hears of what was read; nothing means the end.
  mutating func hear(of more: [UInt8]) { isAtEnd = more.isEmpty }

  /// Puts back what was taken, unless all is done: nobody gets a part of a read.
  func giveBack(to buffer: inout ReadBuffer) {
    if !formats.isEmpty { buffer.putBack(taken) }
  }
}
