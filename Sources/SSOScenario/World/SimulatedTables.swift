//  SimulatedTables.swift - databases of keys and values on a simulated disk, as one program sees them.
//
//  Knows: a change is whole or not at all, and synced; whose files are not to be trusted.
//  Does not know: SQLite. What is in a file is a list of keys and values, each with its length.

internal import SSOScript

/// The databases of one program.
struct SimulatedTables: WorldTables {
  let disk: SimulatedDisk
  let process: SimulatedProcess

  func table(_ path: String) -> any WorldTable {
    SimulatedTable(path: path, disk: disk, process: process)
  }
}

/// One database.
private struct SimulatedTable: WorldTable {
  let path: String
  let disk: SimulatedDisk
  let process: SimulatedProcess

  func get(_ key: String) async throws(DoorError) -> [UInt8]? {
    await turn("read")
    return try rows()[key]
  }

  func keys(startingWith prefix: String) async throws(DoorError) -> [String] {
    try rows().keys.filter { $0.hasPrefix(prefix) }.sorted()
  }

  func put(_ key: String, _ value: [UInt8]) async throws(DoorError) {
    try Self.checkSize(of: value, in: path)
    await turn("write")
    var rows = try rows()
    rows[key] = value
    try write(rows)
  }

  func remove(_ key: String) async throws(DoorError) {
    await turn("write")
    var rows = try rows()
    guard rows.removeValue(forKey: key) != nil else { return }
    try write(rows)
  }

  private func turn(_ what: String) async {
    await SimulatedTurns(process: process).pass(before: "\(what) \(path)")
  }

  private func rows() throws(DoorError) -> [String: [UInt8]] {
    guard let node = disk.look({ $0[path] }) else { return [:] }
    guard let bytes = node.bytes else { throw refused("it is no regular file") }
    if node.isForeign { throw refused("it belongs to somebody else") }
    if node.mode & 0o077 != 0 { throw refused("others can reach it (chmod 600 it)") }
    guard let rows = TableRows.decode(bytes) else {
      throw DoorError("\(path): file is not a database")
    }
    return rows
  }

  private func write(_ rows: [String: [UInt8]]) throws(DoorError) {
    guard disk.look({ $0.folder(of: path)?.isFolder }) == true else {
      throw .system(.noEntry, path)
    }
    let bytes = TableRows.encode(rows)
    if disk.look({ $0[path] }) == nil { process.meetUmask() }
    let node = DiskNode(content: .file(bytes), mode: 0o600)
    try disk.step(process, path, "write", bytes) { $0.put(node, at: path, isSynced: true) }
  }

  private func refused(_ problem: String) -> DoorError {
    DoorError("\(path) is not used: \(problem)")
  }
}

/// Keys and values as bytes: `KEY-LENGTH VALUE-LENGTH`, a line's end, key, value; by key.
private enum TableRows {
  static func encode(_ rows: [String: [UInt8]]) -> [UInt8] {
    rows.sorted { $0.key < $1.key }.flatMap { key, value in
      Array("\(key.utf8.count) \(value.count)\n".utf8) + Array(key.utf8) + value
    }
  }

  /// `nil` for what was not written so.
  static func decode(_ bytes: [UInt8]) -> [String: [UInt8]]? {
    var rows: [String: [UInt8]] = [:]
    var rest = bytes[...]
    while !rest.isEmpty {
      let head = rest.prefix { $0 != UInt8(ascii: "\n") }
      let sizes = String(decoding: head, as: UTF8.self).split(separator: " ").map { Int($0) }
      rest = rest[head.endIndex...].dropFirst()
      guard sizes.count == 2, let key = sizes[0], let value = sizes[1], key >= 0, value >= 0,
        rest.count >= key, rest.count - key >= value
      else { return nil }
      rows[String(decoding: rest.prefix(key), as: UTF8.self)] =
        Array(rest.dropFirst(key).prefix(value))
      rest = rest.dropFirst(key + value)
    }
    return rows
  }
}
