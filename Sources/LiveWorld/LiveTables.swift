//  LiveTables.swift - SQLite files of this machine.

import CSQLite
import Platform
import SSOScript
import Synchronization

/// Databases through libsqlite3.
struct LiveTables: WorldTables {
  func table(_ path: String) -> any WorldTable { LiveTable(path: path) }
}

/// Closing any descriptor of a file gives up all locks that this process has on it, those of SQLite,
/// too: one call at a time.
private let turn = Mutex(())

/// One file; each call opens and closes it on a thread that may wait for other processes.
private struct LiveTable: WorldTable {
  let path: String

  func get(_ key: String) async throws(DoorError) -> [UInt8]? {
    try await onTurn { () throws(DoorError) -> [UInt8]? in
      guard try file(O_RDONLY) != nil else { return nil }
      var value: UnsafeMutablePointer<UInt8>?
      var size = 0
      let end = unsafe csqlite_get(path, key, &value, &size)
      defer { unsafe csqlite_free(value) }
      try check(end)
      return unsafe value.map { unsafe Array(UnsafeBufferPointer(start: $0, count: size)) }
    }
  }

  func keys(startingWith prefix: String) async throws(DoorError) -> [String] {
    try await onTurn { () throws(DoorError) -> [String] in
      guard try file(O_RDONLY) != nil else { return [] }
      var keys: UnsafeMutablePointer<UInt8>?
      var size = 0
      let end = unsafe csqlite_keys(path, prefix, &keys, &size)
      defer { unsafe csqlite_free(keys) }
      try check(end)
      let text = unsafe String(
        decoding: UnsafeBufferPointer(start: keys, count: keys == nil ? 0 : size), as: UTF8.self)
      return text.split(separator: "\n").map(String.init).sorted()
    }
  }

  func put(_ key: String, _ value: [UInt8]) async throws(DoorError) {
    try Self.checkSize(of: value, in: path)
    try await onTurn { () throws(DoorError) in
      _ = try file(O_RDWR | O_CREAT)
      try unsafe check(csqlite_put(path, key, value, value.count))
    }
  }

  func remove(_ key: String) async throws(DoorError) {
    try await onTurn { () throws(DoorError) in
      guard try file(O_RDWR) != nil else { return }
      try unsafe check(csqlite_delete(path, key))
    }
  }

  private func onTurn<Value: Sendable>(
    _ body: @escaping @Sendable () throws(DoorError) -> Value
  ) async throws(DoorError) -> Value {
    try await onThread { () throws(DoorError) in
      let result = turn.withLock { _ in Result { () throws(DoorError) in try body() } }
      return try result.get()
    }
  }

  /// Looks whose file it is before it is trusted with secrets, or makes it; nil for none.
  private func file(_ flags: Int32) throws(DoorError) -> SystemFile? {
    guard let file = SystemFile.open(path, flags | O_NOFOLLOW | O_NONBLOCK) else {
      if errno == ENOENT, flags & O_CREAT == 0 { return nil }
      if errno == EISDIR { throw refused("it is no regular file") }
      throw .system(path)
    }
    defer { file.close() }
    if let problem = file.problem { throw refused(problem) }
    return file
  }

  private func refused(_ problem: String) -> DoorError {
    DoorError("\(path) is not used: \(problem)")
  }

  private func check(_ end: csqlite_end) throws(DoorError) {
    guard !end.ok else { return }
    let message = unsafe withUnsafeBytes(of: end.message) {
      unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
    }
    throw DoorError("\(path): \(message)")
  }
}
