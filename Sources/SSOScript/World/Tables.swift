//  Tables.swift - the door to small databases of keys and values.

/// The door to databases.
public protocol WorldTables: Sendable {
  /// Names a database; nothing is opened yet.
  ///
  /// - Parameter path: Its file, canonical; made, for the user alone, when first written to.
  /// - Returns: The database.
  func table(_ path: String) -> any WorldTable
}

/// One database of keys and values.
public protocol WorldTable: Sendable {
  /// Gives a value, or nil.
  ///
  /// - Throws: ``DoorError`` that names the file and the cause.
  func get(_ key: String) async throws(DoorError) -> [UInt8]?
  /// Gives the keys that begin with `prefix`, in order.
  ///
  /// - Throws: ``DoorError`` that names the file and the cause.
  func keys(startingWith prefix: String) async throws(DoorError) -> [String]
  /// Keeps a value, whole or not at all; visible to other processes when this returns.
  func put(_ key: String, _ value: [UInt8]) async throws(DoorError)
  /// Forgets a value; one that is not there is no error.
  func remove(_ key: String) async throws(DoorError)
}

extension WorldTable {
  private static var sizeLimit: Int { 1 << 20 }

  /// Refuses a value that is too large for every database.
  package static func checkSize(
    of value: [UInt8], in path: String
  ) throws(DoorError) {
    guard value.count > sizeLimit else { return }
    throw DoorError("\(path): a value is larger than \(sizeLimit) bytes")
  }
}

/// A world without databases.
public struct NoTables: WorldTables {
  /// Makes the door.
  public init() {}

  /// A database that can be neither read nor written.
  public func table(_ path: String) -> any WorldTable { NoTable(path: path) }
}

private struct NoTable: WorldTable {
  let path: String
  private var closed: DoorError { DoorError("\(path): there are no databases here") }

  func get(_ key: String) async throws(DoorError) -> [UInt8]? { throw closed }
  func keys(startingWith prefix: String) async throws(DoorError) -> [String] { throw closed }
  func put(_ key: String, _ value: [UInt8]) async throws(DoorError) { throw closed }
  func remove(_ key: String) async throws(DoorError) { throw closed }
}
