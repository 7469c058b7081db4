//  FileBuffer.swift - an open file with what was read ahead of the script.

import LuaEngine

/// A file in a script's hands.
final class FileBuffer {
  private let file: any OpenFile
  private var buffer = ReadBuffer()
  private(set) var isClosed = false

  init(_ file: any OpenFile) { self.file = file }

  /// Reads as `file:read` does.
  func read(_ formats: [ReadFormat]) throws(DoorError) -> [LuaValue] {
    var progress = ReadProgress(formats)
    defer { progress.giveBack(to: &buffer) }
    while !progress.advance(&buffer) { try readMore(for: &progress) }
    return progress.results
  }

  private func readMore(for progress: inout ReadProgress) throws(DoorError) {
    let more = try file.read(try buffer.room())
    buffer.append(more)
    progress.hear(of: more)
  }

  /// Whether there may be nothing to read yet.
  var mayWait: Bool { file.mayWait }

  /// Reads in the same way, but waits where there is nothing to read yet.
  ///
  /// Between a look and a read nobody else gets a turn; of two that wait one reads, maybe for both.
  func readInTime(_ formats: [ReadFormat]) async throws(DoorError) -> [LuaValue] {
    var progress = ReadProgress(formats)
    defer { progress.giveBack(to: &buffer) }
    while !progress.advance(&buffer) {
      guard !file.isReady else {
        try readMore(for: &progress)
        continue
      }
      try await file.waitUntilReady()
      if Task.isCancelled { return [] }
      guard !isClosed else { throw DoorError("Bad file descriptor", .badFile) }
    }
    return progress.results
  }

  /// Writes at the position the script sees.
  func write(_ bytes: [UInt8]) throws(DoorError) {
    if buffer.count > 0 { _ = try file.seek(Int64(-buffer.count), from: .current) }
    buffer.clear()
    try file.write(bytes)
  }

  /// Moves the position the script sees.
  func seek(_ offset: Int64, from origin: SeekOrigin) throws(DoorError) -> Int64 {
    let ahead = origin == .current ? Int64(buffer.count) : 0
    let (target, isTooFar) = offset.subtractingReportingOverflow(ahead)
    guard !isTooFar else { throw DoorError("Invalid argument", .invalid) }
    let position = try file.seek(target, from: origin)
    buffer.clear()
    return position
  }

  /// Closes; a second time does nothing.
  func close() throws(DoorError) {
    guard !isClosed else { return }
    isClosed = true
    try file.close()
  }
}
