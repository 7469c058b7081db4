//  StateTable.swift - which row lies in which table.
//
//  Knows: the statements. Does not know: columns (the files beside it).

#if Server
  internal import GRDB
  internal import IdentityService

  /// One table of the state file.
  struct StateTable: Sendable {
    let name: String
    /// The column that names a row.
    let key: String
    /// A row of the state from a row of the table.
    let decode: @Sendable (Columns) throws(StoreError) -> StateRow
    private let insertion: String
    private let deletion: String

    init(
      _ name: String, key: String, columns: Int,
      _ decode: @escaping @Sendable (Columns) throws(StoreError) -> StateRow
    ) {
      self.name = name
      self.key = key
      self.decode = decode
      let places = Array(repeating: "?", count: columns).joined(separator: ", ")
      insertion = "INSERT OR REPLACE INTO \(name) VALUES (\(places))"
      deletion = "DELETE FROM \(name) WHERE \(key) = ?"
    }

    static let all = [
      clients, flows, authorizationCodes, families, accessTokens, refreshTokens, guesses,
    ]

    /// Gives every row; unreadable ones are an error.
    func read(_ db: Database, file: String, _ use: (StateRow) -> Void) throws {
      let rows = try Row.fetchCursor(db, sql: "SELECT * FROM \(name)")
      while let row = try rows.next() { use(try decode(Columns(row, file: file))) }
    }

    /// Makes the table hold what the row says, which may be nothing.
    static func write(_ row: StateRow, _ db: Database) throws {
      switch row {
      case .client(let id, let client): try clients.write(id, client?.columns, db)
      case .flow(let hash, let flow): try flows.write(hash.data, flow?.columns, db)
      case .authorizationCode(let hash, let code):
        try authorizationCodes.write(hash.data, code?.columns, db)
      case .family(let id, let family): try families.write(id, family?.columns, db)
      case .accessToken(let hash, let token):
        try accessTokens.write(hash.data, token?.columns, db)
      case .refreshToken(let hash, let token):
        try refreshTokens.write(hash.data, token?.columns, db)
      case .guess(let key, let tally):
        try guesses.write(key.text, tally?.columns(key), db)
      }
    }

    private func write(
      _ name: some DatabaseValueConvertible, _ columns: StatementArguments?, _ db: Database
    ) throws {
      if let columns {
        try db.cachedStatement(sql: insertion).execute(arguments: columns)
      } else {
        try db.cachedStatement(sql: deletion).execute(arguments: [name])
      }
    }
  }
#endif
