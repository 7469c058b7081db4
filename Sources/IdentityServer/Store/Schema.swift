//  Schema.swift - the tables of the state file, one migration per change of them.
//
//  Times are microseconds since 1970, spans of time microseconds, lists JSON, hashes 32 bytes.

#if Server
  internal import Foundation
  internal import GRDB
  internal import IdentityService

  enum Schema {
    /// `SSOS`: what tells a state file from other SQLite files.
    static let applicationID: Int32 = 0x5353_4F53

    /// A migration that was released is never edited; the next one is appended.
    static var migrator: DatabaseMigrator {
      var migrator = DatabaseMigrator()
      migrator.registerMigration("1 first tables") { try $0.execute(sql: first) }
      migrator.registerMigration("2 page key") { db in
        try db.execute(
          sql: """
            CREATE TABLE page_key (id INTEGER PRIMARY KEY CHECK (id = 0), key BLOB NOT NULL) STRICT;
            """)
        try PageKeyRow.write(systemRandomBytes(PageKeys.size), db)
      }
      return migrator
    }

    private static let first = """
      PRAGMA application_id = \(applicationID);
      CREATE TABLE clock (id INTEGER PRIMARY KEY CHECK (id = 0), now INTEGER NOT NULL) STRICT;
      CREATE TABLE clients (
        id TEXT PRIMARY KEY, kind TEXT NOT NULL, secret_hash BLOB, name TEXT NOT NULL,
        scopes TEXT NOT NULL, grant_types TEXT NOT NULL, redirect_uris TEXT NOT NULL,
        start_url TEXT, issued INTEGER NOT NULL, secret_expires INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE flows (
        code_hash BLOB PRIMARY KEY, user_code TEXT NOT NULL, client_id TEXT NOT NULL,
        start_url TEXT NOT NULL, scopes TEXT NOT NULL, address TEXT NOT NULL,
        user_agent TEXT NOT NULL, started INTEGER NOT NULL, expires INTEGER NOT NULL,
        approves INTEGER, interval INTEGER NOT NULL, last_poll INTEGER,
        forgiven_polls INTEGER NOT NULL, decision TEXT, person TEXT, is_redeemed INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE authorization_codes (
        hash BLOB PRIMARY KEY, client_id TEXT NOT NULL, redirect_uri TEXT NOT NULL,
        has_redirect_uri INTEGER NOT NULL, challenge TEXT, person TEXT NOT NULL,
        start_url TEXT NOT NULL, scopes TEXT NOT NULL, expires INTEGER NOT NULL,
        is_spent INTEGER NOT NULL, family_id TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE families (
        id TEXT PRIMARY KEY, client_id TEXT NOT NULL, person TEXT NOT NULL,
        start_url TEXT NOT NULL, scopes TEXT NOT NULL, ends INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE access_tokens (
        hash BLOB PRIMARY KEY, family_id TEXT NOT NULL, scopes TEXT NOT NULL,
        expires INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE refresh_tokens (
        hash BLOB PRIMARY KEY, family_id TEXT NOT NULL, rotated INTEGER, salt BLOB,
        lifetime INTEGER, scopes TEXT
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE guesses (
        key TEXT PRIMARY KEY, points INTEGER NOT NULL, ends INTEGER NOT NULL
      ) STRICT, WITHOUT ROWID;
      """
  }

  /// The time of a virtual clock.
  enum ClockRow {
    static func read(_ db: Database) throws -> ServiceTime? {
      try Int64.fetchOne(db, sql: "SELECT now FROM clock").map(ServiceTime.init(microseconds:))
    }

    static func write(_ time: ServiceTime, _ db: Database) throws {
      let statement = try db.cachedStatement(sql: "INSERT OR REPLACE INTO clock VALUES (0, ?)")
      try statement.execute(arguments: [time.microseconds])
    }
  }

  /// The master key of the pages; the one secret in the file that is no hash.
  enum PageKeyRow {
    static func read(_ db: Database, file: String) throws -> [UInt8] {
      let key = try Data.fetchOne(db, sql: "SELECT key FROM page_key")
      guard let key, key.count == PageKeys.size else {
        throw StoreError(.damaged, file, "column key")
      }
      return Array(key)
    }

    fileprivate static func write(_ key: [UInt8], _ db: Database) throws {
      try db.execute(sql: "INSERT INTO page_key VALUES (0, ?)", arguments: [Data(key)])
    }
  }
#endif
