//  SignInTests.swift - cached, renewed, or by a person: which, when, and how often.

import StrictJSON
import Synchronization
import Testing

@testable import SSOOIDC

@Suite struct `Signing in` {
  static let target = SignInTarget(
    sessionName: "my-sso", startURL: "https://example.awsapps.com/start", region: "us-east-1")

  /// A token file that ends so many seconds after the clock's start.
  static func file(endsIn seconds: Int64, refreshToken: String? = "rt-1") -> [UInt8] {
    let end = Timestamp(seconds: 1_893_456_000 + seconds).rfc3339
    let refresh = refreshToken.map { #", "refreshToken": "\#($0)""# } ?? ""
    return Array(
      (#"{"startUrl": "https://example.awsapps.com/start", "region": "us-east-1", "#
        + #""accessToken": "at-1", "expiresAt": "\#(end)", "clientId": "c", "clientSecret": "s", "#
        + #""registrationExpiresAt": "2030-03-01T00:00:00Z"\#(refresh)}"#).utf8)
  }

  static let renewed = Replying.Reply.answer(
    200, #"{"accessToken":"at-2","expiresIn":3600,"refreshToken":"rt-2","tokenType":"Bearer"}"#)

  /// What one sign-in came to.
  struct Outcome {
    var source: SignIn.Source?
    var accessToken = ""
    var logins = 0
    var sent = 0
    var said: [String] = []
    var error: SSOError?
  }

  static func signIn(
    _ folder: MemoryFolder, _ replies: [Replying.Reply], times: Int = 1,
    target: SignInTarget = Self.target, options: SignIn.Options = SignIn.Options(),
    declined: Bool = false, ranOut: Bool = false, isReadOnly: Bool = false,
    clock: ManualClock = ManualClock(), onSend: @escaping @Sendable () -> Void = {},
    above: (FolderStore) -> any SignInStore = { $0 }
  ) async throws -> Outcome {
    let transport = Replying(replies, onSend: onSend)
    let said = Mutex<[String]>([])
    let report = { @Sendable (line: String) in said.withLock { $0.append(line) } }
    let store = above(
      FolderStore(sso: folder, credentials: MemoryFolder(), isReadOnly: isReadOnly))
    let signIn = SignIn(
      target, options: options, cache: SignInCache(store, clock: clock, report: report),
      client: SSOOIDCClient(try client(transport, clock: clock)), doors: SignInDoors(say: report))
    var outcome = Outcome()
    for _ in 0..<times {
      do throws(SSOError) {
        let found = try await signIn.token { () async throws(SSOError) in
          outcome.logins += 1
          if declined { throw SSOError(.accessDenied, .service, "no") }
          if ranOut { throw SSOError(.expiredToken, .service, "nobody came") }
          return (
            CreateTokenResponse(["accessToken": "at-9", "expiresIn": 28_800]),
            CachedRegistration(
              RegisterClientResponse(["clientId": "c9", "clientSecret": "s9"]), flow: .device,
              scopes: nil, now: Timestamp(seconds: 1_893_456_000))
          )
        }
        outcome.source = found.source
        outcome.accessToken = found.token.accessToken.reveal()
      } catch {
        outcome.error = error
      }
    }
    outcome.sent = transport.requests.count
    outcome.said = said.withLock { $0 }
    return outcome
  }

  @Test func `takes a cached token that is good for a while, and asks nobody`() async throws {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 3600)])
    let outcome = try await Self.signIn(folder, [Self.renewed])
    #expect(outcome.source == .cache)
    #expect(outcome.sent == 0)
    #expect(folder.locks == 0)
  }

  @Test func `renews a token that ends soon, and keeps the new one`() async throws {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 300)])
    let outcome = try await Self.signIn(folder, [Self.renewed], times: 2)
    #expect(outcome.accessToken == "at-2")
    #expect(outcome.sent == 1)
    #expect(outcome.logins == 0)
    let kept = try CachedToken(try #require(folder.files[Self.target.tokenFileName]))
    #expect(kept.refreshToken == "rt-2")
  }

  static let short = Replying.Reply.answer(
    200, #"{"accessToken":"at-3","expiresIn":500,"refreshToken":"rt-3","tokenType":"Bearer"}"#)

  @Test func `F03 renews a token once, however short the life of the new one is`() async throws {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 300)])
    let clock = ManualClock()
    let outcome = try await Self.signIn(folder, [Self.short], times: 3, clock: clock)
    #expect(outcome.sent == 1 && outcome.source == .cache && outcome.accessToken == "at-3")
    clock.advance(.seconds(251))
    #expect(try await Self.signIn(folder, [Self.short], clock: clock).source == .refresh)
  }

  @Test func `F03 reads again under the lock, and finds what another process renewed`()
    async throws
  {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 300)])
    folder.whileWaiting = { $0[Self.target.tokenFileName] = Self.file(endsIn: 3600) }
    let outcome = try await Self.signIn(folder, [Self.renewed])
    #expect(outcome.source == .cache)
    #expect(outcome.sent == 0)
  }

  @Test func `N09 sends a refresh token whose reply was lost once more, then asks the person`()
    async throws
  {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 60)])
    let lost = Replying.Reply.failure(.incomplete, .maybeReceived)
    let outcome = try await Self.signIn(folder, [lost])
    #expect(outcome.sent == 2)
    #expect(outcome.logins == 1)
    #expect(outcome.source == .login)
  }

  @Test func `leaves to others the refresh token in a store that could not keep the next one`()
    async throws
  {
    let (name, clock) = (Self.target.tokenFileName, ManualClock())
    let folder = MemoryFolder([name: Self.file(endsIn: 300)])
    let used = try await Self.signIn(folder, [Self.renewed], isReadOnly: true, clock: clock)
    #expect(used.source == .cache && used.accessToken == "at-1" && used.sent == 0)
    #expect(used.said.contains { $0.contains("its store is only read") }, "\(used.said)")
    clock.advance(.seconds(301))
    let asked = try await Self.signIn(folder, [Self.renewed], isReadOnly: true, clock: clock)
    #expect(asked.source == .login && asked.sent == 0 && asked.logins == 1)
    #expect(asked.said.contains("not cached: the store is read-only"), "\(asked.said)")
    #expect(folder.files == [name: Self.file(endsIn: 300)])
    let owner = try await Self.signIn(folder, [Self.renewed], clock: clock)
    #expect(owner.source == .refresh && owner.accessToken == "at-2")
  }

  @Test func `leaves a damaged file where nothing is written, and does not say it was moved`()
    async throws
  {
    let folder = MemoryFolder([Self.target.tokenFileName: Array("{\"acc".utf8)])
    let outcome = try await Self.signIn(folder, [], isReadOnly: true)
    #expect(outcome.source == .login && folder.files.count == 1)
    #expect(!outcome.said.contains { $0.contains("makes room") }, "\(outcome.said)")
    #expect(outcome.said.last == "not cached: the store is read-only", "\(outcome.said)")
  }

  @Test func `writes nothing into a folder that is only read, and says so`() async throws {
    let folder = MemoryFolder()
    let store = FolderStore(sso: folder, credentials: folder, isReadOnly: true)
    let item = Self.target.tokenItem
    let refusal = CacheFolderError(.unwritable, "the store is read-only")
    await #expect(throws: refusal) { try await store.write(item, [1], expires: nil) }
    try await store.remove(item)
    try await store.setNote([1], beside: item)
    _ = try await store.lock(item) {}
    #expect(folder.files.isEmpty && folder.locks == 0)
    folder.put(item.name, [1])
    folder.put(item.name + ".note", [1])
    try await store.setNote(nil, beside: item)
    await #expect(throws: refusal) { try await store.remove(item) }
    await #expect(throws: refusal) { try await store.setAside(item) }
    #expect(folder.files.count == 2)
  }

  @Test func `N09 takes the answer that the service gives again`() async throws {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 60)])
    let lost = Replying.Reply.failure(.incomplete, .maybeReceived)
    let outcome = try await Self.signIn(folder, [lost, Self.renewed])
    #expect(outcome.source == .refresh)
    #expect(outcome.sent == 2)
  }

  @Test func `N09 looks before it sends again, and takes what another tool has written`()
    async throws
  {
    let name = Self.target.tokenFileName
    let folder = MemoryFolder([name: Self.file(endsIn: 60)])
    let lost = Replying.Reply.failure(.incomplete, .maybeReceived)
    let outcome = try await Self.signIn(folder, [lost]) {
      folder.put(name, Self.file(endsIn: 3600))
    }
    #expect(outcome.source == .cache)
    #expect(outcome.sent == 1)
    #expect(outcome.logins == 0)
  }

  @Test(
    arguments: [
      .refusal("InternalServerException", 500), .answer(429, ""),
      .answer(503, "", ["Retry-After": "5"]),
    ] as [Replying.Reply])
  func `H01 H05 repeats a renewal once that met a problem which passes`(
    reply: Replying.Reply
  ) async throws {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: -5)])
    let clock = ManualClock()
    let outcome = try await Self.signIn(folder, [reply, Self.renewed], clock: clock)
    #expect(outcome.source == .refresh && outcome.sent == 2 && outcome.logins == 0)
    #expect(clock.pauses.count == 1)
  }

  @Test func `H03 sends no renewal again when the service wishes a long pause`() async throws {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 420)])
    let clock = ManualClock()
    let busy = Replying.Reply.answer(503, "", ["Retry-After": "120"])
    let outcome = try await Self.signIn(folder, [busy, Self.renewed], clock: clock)
    #expect(outcome.source == .cache && outcome.sent == 1 && clock.pauses.isEmpty)
  }

  @Test func `goes on with a token that lives, when its renewal fails`() async throws {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 800)])
    let outcome = try await Self.signIn(folder, [.refusal("InvalidGrantException")])
    #expect(outcome.source == .cache)
    #expect(outcome.logins == 0)
    #expect(outcome.said.contains { $0.contains("could not be renewed") })
  }

  @Test func `goes on with a token that lives, when nobody can be reached to renew it`()
    async throws
  {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 60)])
    let outcome = try await Self.signIn(folder, [.failure(.connect, .neverSent)], times: 2)
    #expect(outcome.source == .cache)
    #expect(outcome.logins == 0)
  }

  @Test(
    arguments: [
      (.refusal("HTTP", 503), 2), (.refusal("InternalServerException", 500), 2),
      (.refusal("SlowDownException"), 1), (.answer(429, ""), 2), (.answer(403, "blocked"), 1),
      (.answer(200, "<html>Welcome</html>"), 1), (.answer(200, "[]"), 1), (.answer(302, ""), 1),
    ] as [(Replying.Reply, Int)])
  func `goes on with a token that lives, when no answer of the service comes to its renewal`(
    reply: Replying.Reply, sent: Int
  ) async throws {
    let name = Self.target.tokenFileName
    let outcome = try await Self.signIn(
      MemoryFolder([name: Self.file(endsIn: 420)]), [reply], times: 2)
    #expect(outcome.error == nil && outcome.source == .cache)
    #expect(outcome.logins == 0 && outcome.sent == sent)
    let ended = try await Self.signIn(MemoryFolder([name: Self.file(endsIn: -5)]), [reply])
    #expect(ended.source == .login)
  }

  @Test(arguments: ["InvalidGrantException", "InvalidClientException", "ExpiredTokenException"])
  func `lets a person sign in when the service refuses a renewal that is urgent`(code: String)
    async throws
  {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 420)])
    #expect(try await Self.signIn(folder, [.refusal(code)]).source == .login)
  }

  @Test func `H31 forgets the registration that a renewal finds revoked`() async throws {
    let folder = MemoryFolder([
      Self.target.tokenFileName: Self.file(endsIn: 60),
      Self.target.registrationFileName: Array(
        #"{"clientId": "c", "clientSecret": "s", "expiresAt": "2030-03-01T00:00:00Z"}"#.utf8),
    ])
    let outcome = try await Self.signIn(folder, [.refusal("InvalidClientException", 401)])
    #expect(outcome.source == .login)
    #expect(folder.files[Self.target.registrationFileName] == nil)
  }

  @Test func `says which member a renewal lacks, and lets the person sign in`() async throws {
    let folder = MemoryFolder([
      Self.target.tokenFileName: Self.file(endsIn: -5, refreshToken: nil)
    ])
    let outcome = try await Self.signIn(folder, [Self.renewed])
    #expect(outcome.source == .login)
    #expect(outcome.said.contains { $0.contains("no usable refreshToken") })
  }

  @Test func `keeps nothing that renews the login before, but what other programs wrote`()
    async throws
  {
    let other = #"{"receivedAt": "2029-12-31T00:00:00Z", "#
    let before = other + String(decoding: Self.file(endsIn: -5).dropFirst(), as: UTF8.self)
    let folder = MemoryFolder([Self.target.tokenFileName: Array(before.utf8)])
    let outcome = try await Self.signIn(folder, [.refusal("InvalidGrantException")])
    #expect(outcome.source == .login)
    let kept = try #require(folder.files[Self.target.tokenFileName])
    #expect(try CachedToken(kept).refreshToken == nil)
    #expect(String(decoding: kept, as: UTF8.self).contains("receivedAt"))
  }

  @Test func `F01 sets a damaged file aside and says so once`() async throws {
    let folder = MemoryFolder([Self.target.tokenFileName: Array("{\"acc".utf8)])
    let outcome = try await Self.signIn(folder, [Self.renewed])
    #expect(outcome.source == .login)
    #expect(outcome.said.filter { $0.contains("damaged") }.count == 1)
    #expect(folder.files[Self.target.tokenFileName + ".bad-1"] != nil)
  }

  @Test
  func `F01 leaves a damaged file in its place until a new one takes it: it may be half written`()
    async throws
  {
    let name = Self.target.tokenFileName
    let folder = MemoryFolder([name: Array("{\"acc".utf8)])
    folder.whileWaiting = { $0[name] = Self.file(endsIn: 3600) }
    let outcome = try await Self.signIn(folder, [])
    #expect(outcome.source == .cache)
    #expect(folder.files.keys.sorted() == [name])
  }

  @Test(arguments: ["", "{\"acc"])
  func `F01 reads once more what another tool is just writing into its file`(text: String)
    async throws
  {
    let name = Self.target.tokenFileName
    let (folder, clock) = (MemoryFolder([name: Array(text.utf8)]), ManualClock())
    clock.othersFirst.withLock { $0 = { folder.put(name, Self.file(endsIn: 3600)) } }
    let outcome = try await Self.signIn(folder, [], clock: clock)
    #expect(outcome.source == .cache && outcome.said.isEmpty)
    #expect(clock.pauses == [.milliseconds(50)])
  }

  @Test func `leaves what is encrypted as it is, and asks the person`() async throws {
    let name = Self.target.tokenFileName
    let encrypted = Array(#"{"encrypted":"AES-256-GCM","data":"AAAA"}"#.utf8)
    let folder = MemoryFolder([name: encrypted])
    let outcome = try await Self.signIn(folder, [])
    #expect(outcome.source == .login)
    #expect(folder.files == [name: encrypted])
    #expect(outcome.said.filter { $0.contains("is encrypted") }.count == 2)
  }

  @Test func `F08 F10 gives the token although it cannot be cached`() async throws {
    let folder = MemoryFolder()
    folder.isFull = true
    let outcome = try await Self.signIn(folder, [Self.renewed])
    #expect(outcome.accessToken == "at-9")
    #expect(outcome.said.contains { $0.hasPrefix("not cached") })
  }

  @Test func `does not take the token of another start URL under the same session name`()
    async throws
  {
    let folder = MemoryFolder([Self.target.tokenFileName: Self.file(endsIn: 3600)])
    var other = Self.target
    other.startURL = "https://other.awsapps.com/start"
    let outcome = try await Self.signIn(folder, [Self.renewed], target: other)
    #expect(outcome.source == .login)
  }
}

@Suite struct `A note beside a token` {
  @Test
  func `lets a person who declined alone for five minutes, unless they are to be asked again`()
    async throws
  {
    let (folder, clock) = (MemoryFolder(), ManualClock())
    let first = try await Signing.signIn(folder, [Signing.renewed], declined: true, clock: clock)
    #expect(first.error?.code == .accessDenied)
    let second = try await Signing.signIn(folder, [Signing.renewed], clock: clock)
    #expect(second.error?.code == .loginDeclined)
    let line = second.error?.description ?? ""
    #expect(line.hasPrefix("sign-in at 127.0.0.1:8087: LoginDeclined: "))
    #expect(line.contains("a login was declined or ran out a moment ago"))
    #expect(line.contains("before 2030-01-01T00:05:00Z, except by `ssoscript login`"))
    #expect(second.logins == 0)
    var again = SignIn.Options()
    again.asksAgain = true
    #expect(
      try await Signing.signIn(folder, [Signing.renewed], options: again, clock: clock).source
        == .login)
  }

  @Test func `holds for one who is to be asked again, when it came while he waited`() async throws {
    let folder = MemoryFolder()
    folder.whileWaiting = {
      $0[Signing.target.tokenFileName + ".note"] = Array(
        #"{"declinedUntil": "2030-01-01T00:05:00Z"}"#.utf8)
    }
    var again = SignIn.Options()
    again.asksAgain = true
    let waiting = try await Signing.signIn(folder, [Signing.renewed], options: again)
    #expect(waiting.error?.code == .loginDeclined && waiting.logins == 0)
    #expect(waiting.error?.message.contains("except by") == false)
    #expect(
      try await Signing.signIn(folder, [Signing.renewed], options: again).source == .login)
  }

  @Test func `of a login that ran out holds for nobody who is to be asked again`() async throws {
    let (other, clock) = (MemoryFolder(), ManualClock())
    _ = try await Signing.signIn(other, [Signing.renewed], ranOut: true, clock: clock)
    let name = Signing.target.tokenFileName + ".note"
    let note = try #require(other.files[name])
    let folder = MemoryFolder()
    folder.whileWaiting = { $0[name] = note }

    var again = SignIn.Options()
    again.asksAgain = true
    let waiting = try await Signing.signIn(folder, [], options: again, clock: clock)
    let next = try await Signing.signIn(other, [], clock: clock)

    #expect(waiting.source == .login)
    #expect(next.error?.code == .loginDeclined && next.logins == 0)
    #expect(next.error?.message.hasPrefix("a login ran out a moment ago") == true)
  }

  @Test func `of two logins that ran out holds for all that waited`() async throws {
    let (other, clock) = (MemoryFolder(), ManualClock())
    let name = Signing.target.tokenFileName + ".note"
    var again = SignIn.Options()
    again.asksAgain = true
    _ = try await Signing.signIn(other, [], ranOut: true, clock: clock)
    var note = try #require(other.files[name])
    for isAsked in [true, false] {
      let (folder, kept) = (MemoryFolder(), note)
      folder.whileWaiting = { $0[name] = kept }
      let next = try await Signing.signIn(
        folder, [], options: again, ranOut: true, clock: clock)
      #expect(next.error?.code == (isAsked ? .expiredToken : .loginDeclined))
      #expect(next.logins == (isAsked ? 1 : 0))
      note = try #require(folder.files[name])
    }
  }

  @Test func `is gone after its time`() async throws {
    let (folder, clock) = (MemoryFolder(), ManualClock())
    _ = try await Signing.signIn(folder, [Signing.renewed], declined: true, clock: clock)
    clock.advance(.seconds(301))
    #expect(try await Signing.signIn(folder, [Signing.renewed], clock: clock).source == .login)
    #expect(!folder.files.keys.contains { $0.hasSuffix(".note") })
  }

  @Test func `N09 keeps the others from trying a renewal that failed`() async throws {
    let folder = MemoryFolder([Signing.target.tokenFileName: Signing.file(endsIn: 800)])
    let refusal = Replying.Reply.refusal("InvalidGrantException")
    #expect(try await Signing.signIn(folder, [refusal], times: 3).sent == 1)
  }

  @Test(arguments: ["", "[]", #"{"declinedUntil": "2031-01-01T00:00:00Z"}"#, "{\"a\": 1}"])
  func `means nothing when it is damaged or from a clock that was wrong`(text: String) async throws
  {
    let name = Signing.target.tokenFileName + ".note"
    let folder = MemoryFolder([name: Array(text.utf8)])
    #expect(try await Signing.signIn(folder, [Signing.renewed]).source == .login)
  }

  @Test func `tells of a failure to those alone who began to wait before it came`() {
    let time = Timestamp(seconds: 1_893_456_000)
    var note = SignInNote()
    let error = SSOError(.init("connect"), .transport, "words", host: "h")
    note.failure = SignInNote.Failure(error: error, time: time)
    #expect(note.failure(since: time + .seconds(-1), at: time) == error)
    #expect(note.failure(since: time, at: time + .seconds(9)) == error)
    #expect(note.failure(since: time + .seconds(1), at: time + .seconds(9)) == nil)
  }

  private typealias Signing = `Signing in`
}

@Suite struct `A forced login` {
  @Test func `asks the person although the token is good`() async throws {
    typealias Signing = `Signing in`
    let folder = MemoryFolder([Signing.target.tokenFileName: Signing.file(endsIn: 3600)])
    var options = SignIn.Options()
    options.force = true
    let outcome = try await Signing.signIn(folder, [Signing.renewed], options: options)
    #expect(outcome.source == .login)
    #expect(outcome.accessToken == "at-9")
  }
}

@Suite struct `A token that its service refuses` {
  private typealias Signing = `Signing in`
  private static let refusing = {
    var options = SignIn.Options()
    options.refused = "at-1"
    return options
  }()

  private static func folder(
    _ target: SignInTarget = Signing.target, refreshToken: String? = "rt-1"
  ) -> MemoryFolder {
    MemoryFolder([
      target.tokenFileName: Signing.file(endsIn: 3600, refreshToken: refreshToken)
    ])
  }

  @Test func `is renewed before anybody is asked`() async throws {
    let outcome = try await Signing.signIn(
      Self.folder(), [Signing.renewed], options: Self.refusing)
    #expect(outcome.source == .refresh && outcome.accessToken == "at-2")
    #expect(outcome.logins == 0)
  }

  /// What is read at once may be old; all else is done where it counts.
  private struct Quick: StoreInFront {
    let store: FolderStore
    let copy: FolderStore

    func read(_ item: CacheItem) async throws(CacheFolderError) -> [UInt8]? {
      try await copy.read(item)
    }
  }

  @Test func `is looked up where it counts before it is renewed`() async throws {
    let renewed = String(decoding: Signing.file(endsIn: 3600), as: UTF8.self)
      .replacing("at-1", with: "at-2")
    let folder = MemoryFolder([Signing.target.tokenFileName: Array(renewed.utf8)])
    let copy = FolderStore(sso: Self.folder(), credentials: MemoryFolder())
    let outcome = try await Signing.signIn(
      folder, [], options: Self.refusing, above: { Quick(store: $0, copy: copy) })
    #expect(outcome.source == .cache && outcome.accessToken == "at-2")
    #expect(outcome.sent == 0 && outcome.logins == 0)
  }

  @Test func `leads to one login of many, and the others take its result`() async throws {
    let folder = Self.folder(refreshToken: nil)
    let first = try await Signing.signIn(folder, [], options: Self.refusing)
    #expect(first.source == .login && first.logins == 1)
    let second = try await Signing.signIn(folder, [], options: Self.refusing)
    #expect(second.source == .cache && second.accessToken == "at-9")
    #expect(second.logins == 0)
  }

  @Test func `is not used though nobody can be reached to renew it`() async throws {
    let outcome = try await Signing.signIn(
      Self.folder(), [.failure(.connect, .neverSent)], options: Self.refusing, declined: true)
    #expect(outcome.error?.code == .accessDenied)
  }

  @Test func `does not keep another one from being used`() async throws {
    var other = SignIn.Options()
    other.refused = "at-0"
    let outcome = try await Signing.signIn(Self.folder(), [], options: other)
    #expect(outcome.source == .cache && outcome.accessToken == "at-1")
  }

  @Test func `leaves a person alone who declined a moment ago`() async throws {
    let folder = Self.folder(refreshToken: nil)
    let clock = ManualClock()
    _ = try await Signing.signIn(
      folder, [], options: Self.refusing, declined: true, clock: clock)
    let outcome = try await Signing.signIn(folder, [], options: Self.refusing, clock: clock)
    #expect(outcome.error?.code == .loginDeclined && outcome.logins == 0)
  }
}

/// A cache folder in memory.
final class MemoryFolder: CacheFolder {
  private let state: Mutex<[String: [UInt8]]>
  private let counters = Mutex((locks: 0, isFull: false))
  private let waiting = Mutex<(@Sendable (inout [String: [UInt8]]) -> Void)?>(nil)

  init(_ files: [String: [UInt8]] = [:]) { state = Mutex(files) }

  var files: [String: [UInt8]] { state.withLock { $0 } }
  func put(_ name: String, _ bytes: [UInt8]) { state.withLock { $0[name] = bytes } }
  var locks: Int { counters.withLock { $0.locks } }
  var isFull: Bool {
    get { counters.withLock { $0.isFull } }
    set { counters.withLock { $0.isFull = newValue } }
  }
  /// What another process does while this one waits for the lock.
  var whileWaiting: (@Sendable (inout [String: [UInt8]]) -> Void)? {
    get { waiting.withLock { $0 } }
    set { waiting.withLock { $0 = newValue } }
  }

  func read(_ name: String) throws(CacheFolderError) -> [UInt8]? { files[name] }

  func replace(_ name: String, with bytes: [UInt8]) throws(CacheFolderError) {
    guard !isFull else { throw CacheFolderError(.unwritable, "\(name): no space left") }
    state.withLock { $0[name] = bytes }
  }

  func remove(_ name: String) throws(CacheFolderError) {
    state.withLock { files in
      for place in files.keys
      where ["", ".tmp-", ".bad-"].contains(where: { end in
        end.isEmpty ? place == name : place.hasPrefix(name + end)
      }) { files[place] = nil }
    }
  }

  func setAside(_ name: String) throws(CacheFolderError) -> String {
    state.withLock { files in
      files["\(name).bad-1"] = files.removeValue(forKey: name)
      return "\(name).bad-1"
    }
  }

  func names() throws(CacheFolderError) -> [String] { files.keys.sorted() }

  func lock(
    _ name: String, onWait: @Sendable () -> Void
  ) async throws(CacheFolderError) -> any CacheLock {
    counters.withLock { $0.locks += 1 }
    if let change = whileWaiting { state.withLock { change(&$0) } }
    return NoLock()
  }

}
