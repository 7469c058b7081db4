//  StateStoreTests.swift - what is read back is what was kept.

#if Server
  import Foundation
  import GRDB
  import IdentityService
  import StrictJSON
  import Testing

  @testable import IdentityServer

  @Suite struct `The state file` {
    private let folder = StateFolder()
    private let time = ServiceTime(sinceEpoch: .seconds(1_767_225_600))

    /// Rows of every kind, with and without what is optional.
    private func rows() throws -> [StateRow] {
      func hash(_ byte: UInt8) throws -> SecretHash {
        try #require(SecretHash(bytes: [UInt8](repeating: byte, count: 32)))
      }
      let client = try Client(
        id: "c", kind: .confidential, secretHash: hash(1), name: "Zoë \"x\" '; --",
        scopes: ["a", "b"], grantTypes: [.deviceCode, .authorizationCode],
        redirectURIs: ["http://127.0.0.1/"], startURL: "https://a.example/", issued: time,
        secretExpires: time + .seconds(1))
      var plain = client
      (plain.id, plain.secretHash, plain.startURL, plain.scopes) = ("p", nil, nil, [])
      var flow = try DeviceFlow(
        codeHash: hash(2), userCode: #require(UserCode(typed: "BCDF-GHJK")), clientID: "c",
        startURL: "s", scopes: ["a"], requester: Requester(address: "::1", userAgent: "u"),
        started: time, expires: time + .seconds(600), approves: nil, interval: .seconds(6))
      let fresh = flow
      flow.codeHash = try hash(3)
      flow.userCode = try #require(UserCode(typed: "BCDF-GHJL"))
      (flow.lastPoll, flow.forgivenPolls, flow.approves) = (time + .milliseconds(1), 1, time)
      (flow.decision, flow.person, flow.isRedeemed) = (.approved, "alice", true)
      var authorization = try AuthorizationCode(
        hash: hash(4), clientID: "c", redirectURI: "r", hasRedirectURI: true, challenge: nil,
        person: "bob", startURL: "s", scopes: [], expires: time)
      (authorization.isSpent, authorization.familyID) = (true, "f")
      var rotated = try RefreshToken(hash: hash(6), familyID: "f")
      rotated.rotation = Rotation(
        time: time, salt: [1, 2, 3], lifetime: .seconds(3600), scopes: ["a"])
      let tally = GuessTally(points: 5, ends: time)
      return try [
        .client("c", client), .client("p", plain), .flow(fresh.codeHash, fresh),
        .flow(flow.codeHash, flow), .authorizationCode(authorization.hash, authorization),
        .family(
          "f",
          TokenFamily(
            id: "f", clientID: "c", person: "bob", startURL: "s", scopes: [], ends: time)),
        .accessToken(
          hash(5), AccessToken(hash: hash(5), familyID: "f", scopes: ["a"], expires: time)),
        .refreshToken(rotated.hash, rotated),
        .refreshToken(hash(7), RefreshToken(hash: hash(7), familyID: "f")),
        .guess(.session("a b"), tally), .guess(.address("::1"), tally),
        .guess(.secrets("::1"), tally), .guess(.others, tally), .guess(.everyone, tally),
      ]
    }

    @Test func `gives back every row as it was`() throws {
      var expected = ServiceState()
      for row in try rows() { expected.put(row) }
      let store = try StateStore(folder.file)
      try store.commit(try rows(), clock: nil)
      store.close()

      let (state, clock) = try StateStore(folder.file).load()

      #expect(state == expected)
      #expect(clock == nil)
    }

    @Test func `forgets what is gone, and keeps the last of two`() throws {
      let store = try StateStore(folder.file)
      try store.commit(try rows(), clock: time)
      var gone = try rows().map { ServiceState().current($0) }
      gone.removeFirst()

      try store.commit(gone, clock: time + .seconds(1))

      var expected = ServiceState()
      expected.put(try rows()[0])
      let (state, clock) = try store.load()
      #expect(state == expected)
      #expect(clock == time + .seconds(1))
    }

    @Test func `is readable by its owner only, whatever it was`() throws {
      let store = try StateStore(folder.file)
      try store.commit(try rows(), clock: nil)
      #expect(folder.modes.allSatisfy { $0 == 0o600 } && folder.modes.count == 3)
      store.close()
      try folder.setMode(0o644)

      let again = try StateStore(folder.file)

      #expect(folder.modes.first == 0o600)
      again.close()
    }

    @Test func `is at no moment open to others`() async throws {
      let modes = modesOfFiles(in: (folder.file as NSString).deletingLastPathComponent)

      for _ in 0..<300 {
        try StateFile(folder.file).close()
        try FileManager.default.removeItem(atPath: folder.file)
      }

      modes.cancel()
      #expect(await modes.value.isSubset(of: [0o600]))
    }

    @Test func `holds no secret, only hashes`() async throws {
      let host = ServiceHost(
        ServiceConfiguration(), clock: .virtual(startingAt: time),
        store: try StateStore(folder.file))
      let reply = host.answer(
        ServiceRequest(
          method: "POST", path: "/client/register",
          body: Array(#"{"clientName":"laptop","clientType":"public"}"#.utf8)))
      let secret = try JSON.parse(reply.body).asObject?["clientSecret"]?.asString ?? ""
      await host.close()

      let bytes = folder.contents
      #expect(bytes.contains(Data("laptop".utf8)))
      #expect(!secret.isEmpty && !bytes.contains(Data(secret.utf8)))
    }

    @Test(arguments: [
      ("not a database at all, but long enough to look at", StoreError.Code.damaged),
      ("x", .damaged),
    ])
    func `S04 is refused when it is damaged, and says what to do`(
      text: String, code: StoreError.Code
    ) throws {
      try folder.write(text)

      let error = #expect(throws: StoreError.self) { try StateStore(folder.file) }

      #expect(error?.code == code)
      #expect(error?.description.contains(folder.file) == true)
      #expect(error?.description.contains("--reset-state") == true)
      #expect(folder.contents == Data(text.utf8))
    }

    @Test func `S04 damage within is found at the start`() throws {
      let store = try StateStore(folder.file)
      try store.commit(try rows(), clock: nil)
      store.close()
      var bytes = folder.contents
      bytes.replaceSubrange(8192..<12_288, with: Data(repeating: 0xAA, count: 4096))
      try bytes.write(to: URL(fileURLWithPath: folder.file))

      #expect(throws: StoreError.self) { try StateStore(folder.file).load() }
    }

    @Test func `S04 a value that cannot be is damage, not a trap`() throws {
      try StateStore(folder.file).close()
      try DatabaseQueue(path: folder.file).write {
        try $0.execute(sql: "INSERT INTO access_tokens VALUES (x'00', 'f', '[]', 0)")
      }

      let error = #expect(throws: StoreError.self) { try StateStore(folder.file).load() }

      #expect(error?.code == .damaged)
      #expect(error?.description.contains("column hash") == true)
    }

    @Test func `S04 damage is told in one line, and nothing is left beside it`() throws {
      let store = try StateStore(folder.file)
      try store.commit(try rows(), clock: nil)
      store.close()
      try folder.contents.prefix(5000).write(to: URL(fileURLWithPath: folder.file))
      let before = folder.contents

      let error = #expect(throws: StoreError.self) { try StateStore(folder.file) }

      #expect(error?.code == .damaged && error?.description.contains { $0.isNewline } == false)
      #expect(folder.modes.count == 1 && folder.contents == before)
    }

    @Test func `S04 what SQLite finds is told without its headline`() {
      let words = "*** in database main ***\nPage 189: never used\nPage 190: never used"

      #expect(StoreError.inOneLine(words) == "Page 189: never used; Page 190: never used")
    }

    @Test func `another program's database is left alone`() throws {
      let other = try DatabaseQueue(path: folder.file)
      try other.write { try $0.execute(sql: "CREATE TABLE theirs (a)") }
      try other.close()
      let before = folder.contents

      let error = #expect(throws: StoreError.self) { try StateStore(folder.file) }

      #expect(error?.code == .foreign)
      #expect(folder.contents == before)
    }

    @Test func `a file of a later version is left alone`() throws {
      try StateStore(folder.file).close()
      try DatabaseQueue(path: folder.file).write {
        try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('99 of tomorrow')")
      }

      let error = #expect(throws: StoreError.self) { try StateStore(folder.file) }

      #expect(error?.code == .newer)
    }

    @Test func `keeps the key of the pages, each file its own`() throws {
      let store = try StateStore(folder.file)
      let key = store.pageKey
      store.close()
      let again = try StateStore(folder.file)
      let elsewhere = StateFolder()
      let other = try StateStore(elsewhere.file)

      #expect(key.count == 32 && again.pageKey == key && other.pageKey != key)
      again.close()
      other.close()
    }

    @Test func `a file of the first version gets what later ones have`() throws {
      let old = try DatabaseQueue(path: folder.file)
      try Schema.migrator.migrate(old, upTo: "1 first tables")
      try old.close()

      let store = try StateStore(folder.file)

      #expect(store.pageKey.count == 32)
      store.close()
    }

    @Test func `has one server at a time`() throws {
      let first = try StateStore(folder.file)

      let error = #expect(throws: StoreError.self) { try StateStore(folder.file) }
      first.close()

      #expect(error?.code == .inUse)
      try StateStore(folder.file).close()
    }

    @Test func `a reset keeps the old file beside the new one`() throws {
      try folder.write("old")

      try StateFile.moveAway(folder.file)
      try StateStore(folder.file).close()

      #expect(folder.contents(".old") == Data("old".utf8))
    }

    @Test(arguments: ["", ".old"])
    func `a reset takes nothing from a server that runs`(suffix: String) throws {
      try folder.write("new")
      if suffix.isEmpty { try FileManager.default.removeItem(atPath: folder.file) }
      let running = try StateStore(folder.file + suffix)
      let before = folder.contents(suffix)

      let error = #expect(throws: StoreError.self) { try StateFile.moveAway(folder.file) }

      #expect(error?.code == .inUse)
      #expect(error?.description.hasPrefix("\(folder.file)\(suffix) is in use") == true)
      #expect(!before.isEmpty && folder.contents(suffix) == before)
      running.close()
    }

    @Test func `a reset moves no folder away`() throws {
      try FileManager.default.createDirectory(
        atPath: folder.file + ".old", withIntermediateDirectories: false)
      try folder.write("old")

      let error = #expect(throws: StoreError.self) { try StateFile.moveAway(folder.file) }

      #expect(error?.code == .inaccessible && folder.contents == Data("old".utf8))
    }

    @Test func `S44 a closed file has no log beside it`() throws {
      let store = try StateStore(folder.file)
      try store.commit(try rows(), clock: nil)
      #expect(!folder.contents("-wal").isEmpty)

      store.close()

      #expect(folder.contents("-wal").isEmpty)
    }
  }

  /// A folder for one state file.
  final class StateFolder: Sendable {
    private let folder: URL
    var file: String { folder.appending(path: "state.db").path }

    init() {
      folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
      try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: file)) }
    func contents(_ suffix: String) -> Data {
      FileManager.default.contents(atPath: file + suffix) ?? Data()
    }
    /// With the log beside it.
    var contents: Data { contents("") + contents("-wal") }

    /// Of the file and of what SQLite keeps beside it.
    var modes: [Int] {
      ["", "-wal", "-shm"].compactMap {
        try? FileManager.default.attributesOfItem(atPath: file + $0)[.posixPermissions] as? Int
      }
    }

    func setMode(_ mode: Int) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }
  }

  extension Data {
    fileprivate func contains(_ other: Data) -> Bool { range(of: other) != nil }
  }
#endif
