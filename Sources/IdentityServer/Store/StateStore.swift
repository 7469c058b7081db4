//  StateStore.swift - the state of the service in one SQLite file.
//
//  Knows: opening and checking the file, reading all of it back, and one transaction per commit.
//  Does not know: when to commit and whom to tell (Commits), what a row means (Tables).

#if Server
  internal import GRDB
  internal import IdentityService

  /// A state file that is open.
  ///
  /// Every commit reaches the operating system before ``commit(_:clock:)`` returns, so that the end
  /// of this process loses nothing. A power cut may lose the last commits, never the file: SQLite's
  /// write-ahead log with `synchronous = NORMAL`.
  final class StateStore: Sendable {
    private let file: StateFile
    private let database: DatabaseQueue
    /// Behind the pages' cookies and forms, which a restart would else make worthless.
    let pageKey: [UInt8]

    /// Opens a file, or creates it.
    ///
    /// - Throws: ``StoreError``; nothing in the file was changed unless it is a state file.
    init(_ path: String) throws(StoreError) {
      file = try StateFile(path)
      let absent = file.absentCompanions
      do {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(Self.patienceAtStart)
        if !file.isEmpty {
          guard file.isDatabase else { throw StoreError(.damaged, path, "it is no database") }
          try Self.checkOwnership(path)
        }
        try file.closeToOthers()
        (database, pageKey) = try Self.opened(path, configuration)
      } catch {
        let error = StoreError(error, file: path)
        // Who has locked the file works with them, whoever made them.
        if error.code != .busy { StateFile.remove(absent) }
        file.close()
        throw error
      }
    }

    /// A database that is in order, and the key in it; closed again if it is not.
    private static func opened(
      _ path: String, _ configuration: Configuration
    ) throws -> (DatabaseQueue, [UInt8]) {
      let database = try DatabaseQueue(path: plain(path), configuration: configuration)
      do {
        try prepare(database, path)
        return (database, try database.inDatabase { try PageKeyRow.read($0, file: path) })
      } catch {
        try? database.close()
        throw error
      }
    }

    /// Reads everything back.
    func load() throws(StoreError) -> (state: ServiceState, clock: ServiceTime?) {
      do {
        return try database.inDatabase { db in
          var state = ServiceState()
          for table in StateTable.all { try table.read(db, file: file.path) { state.put($0) } }
          return (state, try ClockRow.read(db))
        }
      } catch {
        throw StoreError(error, file: file.path)
      }
    }

    /// Keeps rows as they are now, all of them or none.
    ///
    /// - Parameters:
    ///   - rows: In order; of two with one name the later counts.
    ///   - clock: The time of a virtual clock, to go on from after a restart.
    /// - Throws: ``StoreError``; with ``StoreError/Code/busy`` another try may succeed.
    func commit(_ rows: [StateRow], clock: ServiceTime?) throws(StoreError) {
      do {
        try database.inDatabase { db in
          try db.inTransaction(.immediate) {
            for row in rows { try StateTable.write(row, db) }
            if let clock { try ClockRow.write(clock, db) }
            return .commit
          }
        }
      } catch {
        throw StoreError(error, file: file.path)
      }
    }

    /// Folds the log into the file and lets go of it (S44).
    func close() {
      // A failure leaves the log beside the file, and the next start reads it.
      _ = try? database.inDatabase { try $0.checkpoint(.truncate) }
      try? database.close()
      file.close()
    }

    /// Seconds; while serving, waiting is done without a thread (Commits).
    private static let patienceAtStart = 5.0
  }

  extension StateStore {
    /// The path as SQLite takes it for one: at its beginning, `file:` and `:memory:` mean something else.
    private static func plain(_ path: String) -> String {
      path.utf8.first == UInt8(ascii: "/") ? path : "./" + path
    }

    /// Looks without writing, so that a wrong name on the command line harms nothing.
    private static func checkOwnership(_ path: String) throws {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(patienceAtStart)
      let database = try DatabaseQueue(path: plain(path), configuration: configuration)
      try database.inDatabase { db in
        let owner = try Int32.fetchOne(db, sql: "PRAGMA application_id")
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_schema") ?? 0
        guard owner == Schema.applicationID || tables == 0 else {
          throw StoreError(.foreign, path)
        }
      }
      try database.close()
    }

    private static func prepare(_ database: DatabaseQueue, _ path: String) throws {
      let verdict = try database.inDatabase {
        try String.fetchOne($0, sql: "PRAGMA quick_check(1)")
      }
      guard verdict == "ok" else {
        throw StoreError(.damaged, path, StoreError.inOneLine(verdict ?? ""))
      }
      let migrator = Schema.migrator
      guard try database.inDatabase({ try !migrator.hasBeenSuperseded($0) }) else {
        throw StoreError(.newer, path)
      }
      try migrator.migrate(database)
      try database.inDatabase { try $0.execute(sql: "PRAGMA busy_timeout = 0") }
    }
  }
#endif
