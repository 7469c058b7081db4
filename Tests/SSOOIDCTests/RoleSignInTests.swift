//  RoleSignInTests.swift - keys of a role, the status of a session, and its end.

import StrictJSON
import Synchronization
import Testing

@testable import SSOOIDC

@Suite struct `Role credentials` {
  static let now = ManualClock().now
  static let target = {
    var target = SignInTarget(
      sessionName: "my-sso", startURL: "https://example.awsapps.com/start", region: "us-east-1")
    target.accountID = "111122223333"
    target.roleName = "Admin"
    return target
  }()

  static func keys(_ id: String, endsIn seconds: Int64) -> Replying.Reply {
    let end = (now.seconds + seconds) * 1000
    return .answer(
      200,
      #"{"roleCredentials":{"accessKeyId":"\#(id)","secretAccessKey":"s","sessionToken":"t","#
        + #""expiration":\#(end)}}"#)
  }

  /// A cache in memory, what it said, and a portal.
  struct Scene {
    let store = MemoryStore()
    let said = Said()
    let transport: Replying
    let cache: SignInCache
    let portal: SSOPortalClient

    init(_ replies: [Replying.Reply]) throws {
      transport = Replying(replies)
      let said = said
      cache = SignInCache(store) { said.add($0) }
      portal = SSOPortalClient(try client(transport, .portal))
    }

    func credentials(
      force: Bool = false, token: (Secret?) async throws(SSOError) -> Secret = { _ in "at" }
    ) async throws -> (id: String, source: RoleSignIn.Source) {
      let said = said
      let role = try RoleSignIn(target, cache: cache, portal: portal) { said.add($0) }
      let found = try await role.credentials(force: force, token: token)
      return (found.credentials.credentials.accessKeyID, found.source)
    }
  }

  final class Said: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    func add(_ line: String) { lines.withLock { $0.append(line) } }
  }

  @Test(
    arguments: [
      (
        nil, "Admin",
        "account is wanted: name account_id (--account-id), or sso_account_id in the profile"
      ),
      (
        "1", nil, "role is wanted: name role_name (--role-name), or sso_role_name in the profile"
      ),
      (
        nil, nil,
        "account and role are wanted: name account_id and role_name (--account-id and --role-name), "
          + "or sso_account_id and sso_role_name in the profile"
      ),
    ] as [(String?, String?, String)])
  func `are had by an account and a role, and say how to name them`(
    account: String?, role: String?, words: String
  ) throws {
    let scene = try Scene([])
    var target = SignInTarget(startURL: "https://example.awsapps.com/start", region: "us-east-1")
    (target.accountID, target.roleName) = (account, role)
    let error = #expect(throws: SSOError.self) {
      try RoleSignIn(target, cache: scene.cache, portal: scene.portal) { _ in }
    }
    #expect(error?.message == "nobody said which \(words)")
  }

  @Test func `come from the portal once, then from the cache`() async throws {
    let scene = try Scene([Self.keys("AKIA1", endsIn: 3600)])
    #expect(try await scene.credentials() == ("AKIA1", .portal))
    #expect(try await scene.credentials() == ("AKIA1", .cache))
    #expect(scene.transport.requests.count == 1)
  }

  @Test func `are asked for again when less than a quarter of an hour is left`() async throws {
    let scene = try Scene([Self.keys("AKIA1", endsIn: 890), Self.keys("AKIA2", endsIn: 3600)])
    _ = try await scene.credentials()
    #expect(try await scene.credentials() == ("AKIA2", .portal))
  }

  @Test func `are asked for again when the caller forces it`() async throws {
    let scene = try Scene([Self.keys("AKIA1", endsIn: 3600), Self.keys("AKIA2", endsIn: 3600)])
    _ = try await scene.credentials()
    #expect(try await scene.credentials(force: true) == ("AKIA2", .portal))
  }

  @Test func `that still live are used when there is no way to newer ones, and that is said`()
    async throws
  {
    let scene = try Scene([Self.keys("AKIA1", endsIn: 800), .refusal("ForbiddenException", 403)])
    _ = try await scene.credentials()
    #expect(try await scene.credentials() == ("AKIA1", .cache))
    #expect(scene.said.all.contains { $0.hasPrefix("older credentials are used until") })
  }

  @Test(arguments: [0, -5, -1_000_000_000])
  func `K05 that have ended on arrival are an error with both times, and are not kept`(
    seconds: Int64
  ) async throws {
    let scene = try Scene([Self.keys("AKIA1", endsIn: seconds)])
    let error = await #expect(throws: SSOError.self) { try await scene.credentials() }
    #expect(error?.kind == .parse)
    for time in [Self.now, Self.now + .seconds(seconds)] {
      #expect(error?.message.contains(time.rfc3339) == true, "\(error?.message ?? "")")
    }
    #expect(try await scene.store.names(in: .credentials).isEmpty)
  }

  @Test func `of a token that the portal refuses are asked for once more with another one`()
    async throws
  {
    let scene = try Scene([
      .refusal("UnauthorizedException", 401), Self.keys("AKIA1", endsIn: 3600),
    ])
    let asked = Mutex<[Secret?]>([])
    let found = try await scene.credentials { refused in
      asked.withLock { $0.append(refused) }
      return refused == nil ? "at-1" : "at-2"
    }
    #expect(found == ("AKIA1", .portal))
    #expect(asked.withLock { $0 } == [nil, "at-1"])
  }

  @Test func `that still live are not used where new ones are forbidden here`() async throws {
    let scene = try Scene([Self.keys("AKIA1", endsIn: 800)])
    _ = try await scene.credentials()
    let refusal = SSOError(.policyRefused, .permission, "no")
    let error = await #expect(throws: SSOError.self) {
      try await scene.credentials { _ throws(SSOError) in throw refusal }
    }
    #expect(error == refusal)
  }

  @Test func `that one has got are taken by those who waited meanwhile`() async throws {
    let scene = try Scene([Self.keys("AKIA1", endsIn: 3600)])
    let role = try RoleSignIn(Self.target, cache: scene.cache, portal: scene.portal) { _ in }
    let (waits, isWaiting) = AsyncStream.makeStream(of: Void.self)
    let (turns, turn) = AsyncStream.makeStream(of: Void.self)
    let other = Task {
      for await _ in turns { break }
      return try await role.credentials(onWait: { isWaiting.yield() }) { _ in "at" }.source
    }
    let first = try await role.credentials { _ in
      turn.yield()
      for await _ in waits { break }
      return "at"
    }
    #expect(first.source == .portal)
    #expect(try await other.value == .cache)
    #expect(scene.transport.requests.count == 1)
  }

  @Test func `of two refused tokens end in an error`() async throws {
    let scene = try Scene([.refusal("UnauthorizedException", 401)])
    await #expect(throws: SSOError.self) { try await scene.credentials() }
    #expect(scene.transport.requests.count == 2)
  }

  @Test(arguments: [false, true])
  func `of a portal that cannot be reached are asked for by one of those who wait`(
    hasOlder: Bool
  ) async throws {
    let scene = try Scene([.failure(.timeout, .maybeReceived)])
    if hasOlder {
      let end = Self.now + .seconds(800)
      await scene.cache.keep(
        CachedCredentials(
          AWSCredentials(accessKeyID: "AKIA1", secretAccessKey: "s", sessionToken: "t"),
          expiration: end,
          target: Self.target), for: Self.target)
    }
    let role = try RoleSignIn(Self.target, cache: scene.cache, portal: scene.portal) { _ in }
    let (waits, isWaiting) = AsyncStream.makeStream(of: Void.self)
    let attempt = { @Sendable () async -> Result<String, SSOError> in
      do throws(SSOError) {
        let found = try await role.credentials(onWait: { isWaiting.yield() }) { _ in
          for await _ in waits { break }
          return "at"
        }
        return .success(found.credentials.credentials.accessKeyID)
      } catch {
        return .failure(error)
      }
    }
    async let first = attempt()
    async let second = attempt()
    let results = await [first, second]
    #expect(scene.transport.requests.count == 3)
    for result in results {
      switch result {
      case .success(let id): #expect(hasOlder && id == "AKIA1")
      case .failure(let error):
        #expect(!hasOlder && error.kind == .transport && error.code == "timeout")
        #expect(error.description == results[0].error?.description)
      }
    }
    isWaiting.yield()
    _ = await attempt()
    #expect(scene.transport.requests.count == 6, "whoever comes later tries it himself")
  }

  @Test func `for which no token can be had are asked for by one of those who wait`() async throws {
    let scene = try Scene([])
    let endpoint = try Endpoint.resolve(
      .oidc, region: "eu-west-1", custom: "http://127.0.0.1:8099")
    let oidc = try client(Replying([])) { $0.endpoint = endpoint }
    let role = try RoleSignIn(Self.target, cache: scene.cache, portal: scene.portal) { _ in }
    let (waits, isWaiting) = AsyncStream.makeStream(of: Void.self)
    let logins = Mutex(0)
    let failure = TransportError(
      code: .timeout, message: "no answer", host: endpoint.host, delivery: .neverSent)
    let attempt = { @Sendable () async -> SSOError? in
      do throws(SSOError) {
        _ = try await role.credentials(onWait: { isWaiting.yield() }, oidc: oidc) {
          _ throws(SSOError) in
          logins.withLock { $0 += 1 }
          for await _ in waits { break }
          throw SSOError(transport: failure, operation: .createToken, host: endpoint.host)
        }
        return nil
      } catch {
        return error
      }
    }
    async let first = attempt()
    async let second = attempt()
    let errors = await [first, second]
    #expect(logins.withLock { $0 } == 1)
    #expect(errors.map(\.?.code) == ["timeout", "timeout"])
  }

  @Test(arguments: [
    (TransportError.Code.timeout, "http://127.0.0.1:8088"), (.tls, "http://127.0.0.1:8087"),
    (.proxy, "http://127.0.0.1:8087"),
  ])
  func `are asked for by one who waited, where another failed elsewhere or by itself`(
    code: TransportError.Code, endpoint: String
  ) async throws {
    let scene = try Scene([.failure(code, .neverSent)])
    let own = try Endpoint.resolve(.portal, region: "eu-west-1", custom: endpoint)
    let portal = SSOPortalClient(
      try client(Replying([Self.keys("AKIA1", endsIn: 3600)]), .portal) { $0.endpoint = own })
    let other = try RoleSignIn(Self.target, cache: scene.cache, portal: scene.portal) { _ in }
    let role = try RoleSignIn(Self.target, cache: scene.cache, portal: portal) { _ in }
    let (waits, isWaiting) = AsyncStream.makeStream(of: Void.self)
    let (begins, hasBegun) = AsyncStream.makeStream(of: Void.self)
    let failing = Task {
      try await other.credentials { _ in
        hasBegun.yield()
        for await _ in waits { break }
        return "at"
      }
    }
    for await _ in begins { break }
    let found = try await role.credentials(onWait: { isWaiting.yield() }) { _ in "at" }
    #expect(found.source == .portal)
    await #expect(throws: SSOError.self) { _ = try await failing.value }
  }

  @Test func `without a role are refused with the key that is missing`() async throws {
    let scene = try Scene([Self.keys("AKIA1", endsIn: 3600)])
    var target = Self.target
    target.roleName = nil
    do {
      _ = try RoleSignIn(target, cache: scene.cache, portal: scene.portal) { _ in }
      Issue.record("made without a role")
    } catch {
      #expect(error.message.contains("sso_role_name"))
    }
  }
}

@Suite struct `A session` {
  typealias Scene = `Role credentials`.Scene
  private static let target = `Role credentials`.target
  private static let session = SignInTarget(
    sessionName: "my-sso", startURL: "https://example.awsapps.com/start", region: "us-east-1")

  private static func signedIn(_ replies: [Replying.Reply], endsIn seconds: Int64 = 3600)
    async throws -> Scene
  {
    let scene = try Scene(replies)
    try await scene.store.write(
      session.tokenItem, `Signing in`.file(endsIn: seconds), expires: nil)
    return scene
  }

  private static func status(_ scene: Scene) async -> SessionStatus {
    await SessionStatus(session, roles: [], in: scene.cache, at: `Role credentials`.now)
  }

  @Test func `tells each layer by itself`() async throws {
    let scene = try await Self.signedIn([`Role credentials`.keys("AKIA1", endsIn: 3600)])
    _ = try await scene.credentials()
    let status = await Self.status(scene)
    #expect(status.isSignedIn)
    #expect(status.registration?.clientID == "c")
    #expect(status.roles.map(\.roleName) == ["Admin"])
    #expect(status.roles.map(\.accountID) == ["111122223333"])
  }

  @Test func `with a token that can be renewed counts as signed in`() async throws {
    let scene = try await Self.signedIn([], endsIn: -60)
    #expect(await Self.status(scene).isSignedIn)
  }

  @Test func `with a token that cannot be renewed counts as such until its very end`() async throws
  {
    for (seconds, isAlive) in [(1, true), (0, false)] as [(Int64, Bool)] {
      let scene = try Scene([])
      let file = `Signing in`.file(endsIn: seconds, refreshToken: nil)
      try await scene.store.write(Self.session.tokenItem, file, expires: nil)
      let status = await Self.status(scene)
      #expect(status.isAlive == isAlive && status.isSignedIn == isAlive)
    }
  }

  /// Says that half an hour is the most, and nothing else.
  private struct Short: ClientGuard {
    func before(_ call: GuardedCall) async throws(SSOError) -> JSONObject { call.input }
    func after(_ call: GuardedCall, _ output: JSONObject) async throws(SSOError) -> JSONObject {
      output
    }
    func begin(_ target: SignInTarget) async throws(SSOError) {}
    func authorize(_ target: SignInTarget) async throws(SSOError) {}
    func obstacle(to flow: SignInFlow) -> SSOError? { nil }
    func obstacle(toAccount id: String) -> SSOError? { nil }
    func obstacle(toRole name: String) -> SSOError? { nil }
    var lifetimeLimit: Duration? { .seconds(1800) }
  }

  @Test(arguments: [("rt-1", 3600, true), (nil, 3600, false), (nil, 1800, true)])
  func `with a token that lives too long is one only if it can be renewed`(
    refreshToken: String?, seconds: Int64, isSignedIn: Bool
  ) async throws {
    let scene = try Scene([])
    let file = `Signing in`.file(endsIn: seconds, refreshToken: refreshToken)
    try await scene.store.write(Self.session.tokenItem, file, expires: nil)
    let status = await SessionStatus(
      Self.session, roles: [], in: scene.cache, judge: Short(), at: `Role credentials`.now)
    #expect(status.isAlive && status.isSignedIn == isSignedIn)
  }

  @Test func `without a token does not`() async throws {
    let status = await Self.status(try Scene([]))
    #expect(!status.isSignedIn)
    #expect(status.token == nil)
  }

  @Test(arguments: ["{\"acc", #"{"encrypted":"AES-256-GCM","data":"AAAA"}"#])
  func `is only looked at when one asks for its status`(text: String) async throws {
    let scene = try Scene([])
    let item = Self.session.tokenItem
    try await scene.store.write(item, Array(text.utf8), expires: nil)
    #expect(await Self.status(scene).token == nil)
    #expect(try await scene.store.read(item) == Array(text.utf8))
    #expect(scene.said.all.count == 1)
  }

  @Test func `that is ended forgets token and credentials, and tells the service`() async throws {
    let scene = try await Self.signedIn([
      `Role credentials`.keys("AKIA1", endsIn: 3600), .answer(200, "{}"),
    ])
    _ = try await scene.credentials()
    let end = try await SignOut.end(
      Self.session, roles: [], in: scene.cache, portal: scene.portal)
    #expect(end != nil)
    #expect(end?.obstacle == nil)
    #expect(scene.transport.requests.last?.url.hasSuffix("/logout") == true)
    let status = await Self.status(scene)
    #expect(status.token == nil)
    #expect(status.roles == [])
  }

  @Test func `is ended here even when the service does not answer, and that is told`() async throws
  {
    let scene = try await Self.signedIn([.failure(.connect, .neverSent)])
    let end = try await SignOut.end(
      Self.session, roles: [], in: scene.cache, portal: scene.portal)
    #expect(end?.obstacle?.kind == .transport)
    #expect(await Self.status(scene).token == nil)
  }

  /// A store that reads nothing, or removes nothing.
  private struct Stubborn: SignInStore {
    let store: MemoryStore
    var reads = true

    private var error: CacheFolderError { CacheFolderError(.unwritable, "it is stubborn") }

    func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
      guard reads else { throw error }
      return try await store.read(item)
    }
    func write(
      _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
    ) async throws(CacheFolderError) {}
    func remove(_ item: CacheItem) async throws(CacheFolderError) {
      if reads { throw error } else { try await store.remove(item) }
    }
    func setAside(_ item: CacheItem) async throws(CacheFolderError) -> String { throw error }
    func lock(
      _ item: CacheItem, onWait: @Sendable () -> Void
    ) async throws(CacheFolderError) -> any CacheLock { NoLock() }
  }

  @Test(arguments: [200, 500])
  func `that cannot be removed here is not told as forgotten`(status: Int) async throws {
    let scene = try await Self.signedIn([.answer(status, "{}")])
    let end = try await SignOut.end(
      Self.session, roles: [("111122223333", "Admin")],
      in: SignInCache(Stubborn(store: scene.store)) { _ in }, portal: scene.portal)
    #expect(end?.remainder == "it is stubborn")
    #expect((end?.obstacle == nil) == (status == 200))
  }

  @Test func `that cannot be read stays, as it cannot be ended`() async throws {
    let scene = try await Self.signedIn([.answer(200, "{}")])
    let cache = SignInCache(Stubborn(store: scene.store, reads: false)) { _ in }
    let end = try await SignOut.end(Self.session, roles: [], in: cache, portal: scene.portal)
    #expect(end?.remainder == "it is stubborn" && end?.obstacle != nil)
    #expect(scene.transport.requests.isEmpty)
    #expect(await Self.status(scene).token != nil)
  }

  @Test func `of another start URL under the same name is found, and not forgotten unended`()
    async throws
  {
    let scene = try await Self.signedIn([.answer(200, "{}")])
    var edited = Self.session
    edited.startURL = "https://new.awsapps.com/start"
    let end = try await SignOut.end(edited, roles: [], in: scene.cache, portal: scene.portal)
    #expect(end?.remainder?.contains("is of https://example.awsapps.com/start") == true)
    #expect(await scene.cache.sessions(inPlaceOf: [Self.session]) == [])
    let before = try #require(await scene.cache.sessions(inPlaceOf: [edited]).first)
    #expect(before.startURL == Self.session.startURL)
    #expect(before.tokenFileName == Self.session.tokenFileName)
  }

  @Test func `is ended after the renewal that goes on, with the token that it brought`()
    async throws
  {
    let name = Self.session.tokenFileName
    let folder = MemoryFolder([name: `Signing in`.file(endsIn: 300)])
    folder.whileWaiting = { files in
      let text = String(decoding: `Signing in`.file(endsIn: 3600), as: UTF8.self)
      files[name] = Array(text.replacing("at-1", with: "at-2").utf8)
    }
    let scene = try Scene([.answer(200, "{}")])
    let store = FolderStore(sso: folder, credentials: MemoryFolder())
    let end = try await SignOut.end(
      Self.session, roles: [], in: SignInCache(store) { _ in }, portal: scene.portal)
    #expect(end?.remainder == nil)
    let tokens = scene.transport.requests.map { $0.headers["x-amz-sso_bearer_token"] }
    #expect(tokens == ["at-2"])
    #expect(folder.files[name] == nil)
  }

  @Test(arguments: [true, false])
  func `that a killed program left in a draft is ended, too, and nothing of it stays`(
    isKept: Bool
  ) async throws {
    let name = Self.session.tokenFileName
    let text = String(decoding: `Signing in`.file(endsIn: 3600), as: UTF8.self)
    let folder = MemoryFolder([
      name + ".tmp-7-1": Array(text.replacing("at-1", with: "at-2").utf8),
      name + ".bad-1": Array("{\"acc".utf8),
    ])
    if isKept { folder.put(name, Array(text.utf8)) }
    let keys = CachedCredentials(
      AWSCredentials(accessKeyID: "AKIA1", secretAccessKey: "s", sessionToken: "t"),
      expiration: `Role credentials`.now + .seconds(3600), target: `Role credentials`.target)
    let role = try #require(`Role credentials`.target.credentialsFileName)
    let credentials = MemoryFolder([role + ".tmp-7-1": keys.bytes])
    let scene = try Scene([.answer(200, "{}")])
    let cache = SignInCache(FolderStore(sso: folder, credentials: credentials)) { _ in }
    #expect(await cache.sessions(beside: []).map(\.startURL) == [Self.session.startURL])
    let end = try await SignOut.end(Self.session, roles: [], in: cache, portal: scene.portal)
    #expect(end != nil && end?.obstacle == nil && end?.remainder == nil)
    let tokens = scene.transport.requests.map { $0.headers["x-amz-sso_bearer_token"] }
    #expect(tokens == (isKept ? ["at-1", "at-2"] : ["at-2"]))
    #expect(folder.files.isEmpty && credentials.files.isEmpty)
  }

  @Test(arguments: ["", ".tmp-7-1"])
  func `that lies in a store which is only read is ended, and told to be there still`(
    end: String
  ) async throws {
    let scene = try Scene([.answer(200, "{}")])
    let name = Self.session.tokenFileName + end
    let folder = MemoryFolder([name: `Signing in`.file(endsIn: 300)])
    let store = FolderStore(sso: folder, credentials: MemoryFolder(), isReadOnly: true)
    let cache = SignInCache(store) { _ in }
    let status = await SessionStatus(
      Self.session, roles: [], in: cache, at: `Role credentials`.now)
    #expect(status.obstacle == (end.isEmpty ? .borrowed : nil))
    let out = try await SignOut.end(Self.session, roles: [], in: cache, portal: scene.portal)
    #expect(out != nil && out?.obstacle == nil)
    #expect(out?.remainder == "the store is read-only" && folder.files.count == 1)
  }

  @Test func `that comes while what was left in its place is removed is kept`() async throws {
    let name = Self.session.tokenFileName
    let folder = MemoryFolder([name + ".tmp-7-1": Array("{\"acc".utf8)])
    folder.whileWaiting = { $0[name] = `Signing in`.file(endsIn: 3600) }
    let cache = SignInCache(FolderStore(sso: folder, credentials: MemoryFolder())) { _ in }
    #expect(await cache.removeRemains(by: ManualClock()).isEmpty)
    #expect(folder.files[name] == `Signing in`.file(endsIn: 3600))
  }

  @Test func `that is damaged leaves nothing of itself behind`() async throws {
    let scene = try Scene([])
    let folder = MemoryFolder([Self.session.tokenFileName: Array("{\"acc".utf8)])
    let store = FolderStore(sso: folder, credentials: MemoryFolder())
    let end = try await SignOut.end(
      Self.session, roles: [], in: SignInCache(store) { _ in }, portal: scene.portal)
    #expect(end == nil && folder.files.isEmpty)
  }

  @Test func `is ended though another process does not come to an end, and that is said`()
    async throws
  {
    let scene = try await Self.signedIn([.answer(200, "{}")])
    let lock = try await scene.store.lock(Self.session.tokenItem) {}
    let end = try await SignOut.end(
      Self.session, roles: [], in: scene.cache, portal: scene.portal)
    await lock.release()
    #expect(end?.remainder == nil && end?.obstacle == nil)
    #expect(scene.said.all.contains { $0.contains("still signing in") })
  }

  @Test func `that nobody can name any more is found by its token, and ended`() async throws {
    let scene = try await Self.signedIn([
      `Role credentials`.keys("AKIA1", endsIn: 3600), .answer(200, "{}"),
    ])
    _ = try await scene.credentials()
    #expect(await scene.cache.sessions(beside: [Self.session]) == [])
    let found = try #require(await scene.cache.sessions(beside: []).first)
    #expect(found.sessionName == nil && found.startURL == Self.session.startURL)
    let status = await SessionStatus(
      found, roles: [], in: scene.cache, at: `Role credentials`.now)
    #expect(status.isSignedIn && status.obstacle == .unknownSession)
    #expect(status.roles.map(\.roleName) == ["Admin"])
    let end = try await SignOut.end(found, roles: [], in: scene.cache, portal: scene.portal)
    #expect(end != nil)
    #expect(scene.transport.requests.last?.url.hasSuffix("/logout") == true)
    #expect(try await scene.store.names(in: .token) == [])
    #expect(try await scene.store.names(in: .credentials) == [])
  }

  @Test func `of a start URL is found by it; another program's file is not`() async throws {
    let scene = try Scene([])
    var target = Self.session
    target.sessionName = nil
    let file = `Signing in`.file(endsIn: 3600)
    try await scene.store.write(target.tokenItem, file, expires: nil)
    let evil = String(decoding: file, as: UTF8.self).replacing("us-east-1", with: "evil.example/x")
    for (name, text) in [("a.json", #"{"accessToken": "x"}"#), ("b.json", evil), ("c.json", "{")] {
      let item = CacheItem(.token, name: name, target: target)
      try await scene.store.write(item, Array(text.utf8), expires: nil)
    }
    #expect(await scene.cache.sessions(beside: []) == [target])
    #expect(try await scene.store.names(in: .token).count == 4)
  }

  /// A portal at which the session is ended while it makes credentials.
  private struct Overtaken: HTTPTransport {
    let scene: Scene

    func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
      _ = try? await SignOut.end(session, roles: [], in: scene.cache, portal: scene.portal)
      return try `Role credentials`.keys("AKIA1", endsIn: 3600).get()
    }
  }

  private func credentials(
    _ scene: Scene, from transport: any HTTPTransport
  ) async throws -> CachedCredentials {
    let role = try RoleSignIn(
      Self.target, cache: scene.cache,
      portal: SSOPortalClient(try client(transport, .portal))
    ) { scene.said.add($0) }
    return try await role.credentials(token: { _ in "at-1" }).credentials
  }

  @Test func `that is ended while credentials come leaves none behind`() async throws {
    let scene = try await Self.signedIn([.answer(200, "{}")])
    let keys = try await credentials(scene, from: Overtaken(scene: scene))
    #expect(keys.credentials.accessKeyID == "AKIA1")
    #expect(try await scene.store.names(in: .token) == [])
    #expect(try await scene.store.names(in: .credentials) == [])
  }

  /// Keeps nothing before the session has been ended by somebody else.
  private struct Late: StoreInFront {
    let store: MemoryStore
    let end: @Sendable () async -> Void

    func write(
      _ item: CacheItem, _ bytes: [UInt8], expires: Timestamp?
    ) async throws(CacheFolderError) {
      await end()
      try await store.write(item, bytes, expires: expires)
    }
  }

  @Test func `that is ended while credentials are being kept leaves none behind`() async throws {
    let scene = try await Self.signedIn([.answer(200, "{}")])
    let late = Late(store: scene.store) {
      _ = try? await SignOut.end(Self.session, roles: [], in: scene.cache, portal: scene.portal)
    }
    let role = try RoleSignIn(
      Self.target, cache: SignInCache(late) { scene.said.add($0) },
      portal: SSOPortalClient(
        try client(Replying([`Role credentials`.keys("AKIA1", endsIn: 3600)]), .portal))
    ) { scene.said.add($0) }

    _ = try await role.credentials(token: { _ in "at-1" })

    #expect(try await scene.store.names(in: .credentials) == [])
  }

  @Test func `that another process is at has its credentials kept all the same`() async throws {
    let scene = try await Self.signedIn([])
    let lock = try await scene.store.lock(Self.session.tokenItem) {}
    let portal = Replying([`Role credentials`.keys("AKIA1", endsIn: 3600)])
    #expect(try await credentials(scene, from: portal).credentials.accessKeyID == "AKIA1")
    #expect(try await scene.store.names(in: .credentials).count == 1)
    await lock.release()
    #expect(scene.said.all == [])
  }

  @Test func `that nobody began has no end`() async throws {
    let scene = try Scene([])
    let end = try await SignOut.end(
      Self.session, roles: [], in: scene.cache, portal: scene.portal)
    #expect(end == nil)
    #expect(scene.transport.requests.isEmpty)
  }
}

extension Result where Failure == SSOError {
  fileprivate var error: SSOError? { if case .failure(let error) = self { error } else { nil } }
}
