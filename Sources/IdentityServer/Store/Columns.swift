//  Columns.swift - the values of a row in SQLite, both ways.
//
//  Knows: how times, spans, lists and hashes are written; that a file may hold anything.

#if Server
  internal import Foundation
  internal import GRDB
  internal import IdentityService
  internal import StrictJSON

  /// A row as SQLite gave it; what does not fit is damage, not a trap.
  struct Columns {
    private let row: Row
    private let file: String

    init(_ row: Row, file: String) {
      self.row = row
      self.file = file
    }

    func optional<Value: DatabaseValueConvertible>(
      _ name: String, _ type: Value.Type = Value.self
    ) throws(StoreError) -> Value? {
      guard row.hasColumn(name) else { throw damage(name) }
      let stored: DatabaseValue = row[name]
      if stored.isNull { return nil }
      guard let value = Value.fromDatabaseValue(stored) else { throw damage(name) }
      return value
    }

    func value<Value: DatabaseValueConvertible>(_ name: String) throws(StoreError) -> Value {
      guard let value = try optional(name, Value.self) else { throw damage(name) }
      return value
    }

    func time(_ name: String) throws(StoreError) -> ServiceTime {
      ServiceTime(microseconds: try value(name))
    }

    func optionalTime(_ name: String) throws(StoreError) -> ServiceTime? {
      try optional(name, Int64.self).map(ServiceTime.init(microseconds:))
    }

    func span(_ name: String) throws(StoreError) -> Duration {
      .microseconds(try value(name) as Int64)
    }

    func hash(_ name: String) throws(StoreError) -> SecretHash {
      guard let hash = try optionalHash(name) else { throw damage(name) }
      return hash
    }

    func optionalHash(_ name: String) throws(StoreError) -> SecretHash? {
      guard let bytes = try bytes(name) else { return nil }
      guard let hash = SecretHash(bytes: bytes) else { throw damage(name) }
      return hash
    }

    func bytes(_ name: String) throws(StoreError) -> [UInt8]? {
      try optional(name, Data.self).map { Array($0) }
    }

    func list(_ name: String) throws(StoreError) -> [String] {
      let text: String = try value(name)
      guard let list = (try? JSON.parse(Array(text.utf8)))?.asArray else { throw damage(name) }
      let texts = list.compactMap(\.asString)
      guard texts.count == list.count else { throw damage(name) }
      return texts
    }

    /// One of the words of an enumeration.
    func word<Word: RawRepresentable<String>>(_ name: String) throws(StoreError) -> Word {
      guard let word = Word(rawValue: try value(name)) else { throw damage(name) }
      return word
    }

    func damage(_ name: String) -> StoreError { StoreError(.damaged, file, "column \(name)") }
  }

  extension ServiceTime {
    /// Finer than any clock here is read; reaches farther than any calendar.
    var microseconds: Int64 { sinceEpoch.wholeMicroseconds }

    init(microseconds: Int64) { self.init(sinceEpoch: .microseconds(microseconds)) }
  }

  extension Duration {
    var wholeMicroseconds: Int64 {
      components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
    }
  }

  extension SecretHash {
    var data: Data { Data(bytes) }
  }

  extension [String] {
    /// As JSON; texts have nothing that encoding could refuse.
    var stored: String {
      if isEmpty { return "[]" }
      let list = JSON.array(map { JSON.string($0) })
      let bytes = (try? list.encoded()) ?? [UInt8]("[]".utf8)
      return String(decoding: bytes, as: UTF8.self)
    }
  }
#endif
