//  FlowTests.swift - how a person signs in: by a code, or by a browser that comes back.

import StrictJSON
import Synchronization
import Testing

@testable import SSOOIDC

/// A sign-in with a service that answers by path, a person, and a browser.
private struct Scene {
  static let target = SignInTarget(
    sessionName: "my-sso", startURL: "https://example.awsapps.com/start", region: "us-east-1")

  var folder = MemoryFolder()
  var options = SignIn.Options()
  var target = Scene.target
  var hooks: any SignInHooks = NoHooks()
  var obstacle: String?
  var browserProblem: String?
  /// Whether the browser's program runs for as long as somebody waits for its end.
  var browserStays = false
  var listener: (any WorldListener)?
  var pasted: [String] = []
  var service = Answering()
  let clock = ManualClock()

  struct End {
    var found: SignIn.Found?
    var error: SSOError?
    var said: [String]
    var opened: [String]
  }

  /// Waits until the task is cancelled.
  static func standStill() async { for await _ in AsyncStream(Never.self, { _ in }) {} }

  func run() async throws -> End {
    let said = Mutex<[String]>([])
    let opened = Mutex<[String]>([])
    let answers = Mutex(pasted)
    let say = { @Sendable (line: String) in said.withLock { $0.append(line) } }
    var doors = SignInDoors(say: say)
    doors.browserObstacle = { [obstacle] in obstacle }
    doors.openBrowser = { [browserProblem, browserStays] url in
      opened.withLock { $0.append(url) }
      if browserStays { await Scene.standStill() }
      return browserProblem
    }
    doors.paste = { _ in answers.withLock { $0.isEmpty ? nil : $0.removeFirst() } }
    doors.listener = listener
    doors.randomness = SameBytes()
    let signIn = SignIn(
      target, options: options,
      cache: SignInCache(
        FolderStore(sso: folder, credentials: MemoryFolder()), report: say),
      client: SSOOIDCClient(try client(service, clock: clock)), doors: doors, hooks: hooks)
    var end = End(said: [], opened: [])
    do throws(SSOError) { end.found = try await signIn.token() } catch { end.error = error }
    end.said = said.withLock { $0 }
    end.opened = opened.withLock { $0 }
    return end
  }
}

/// Answers by path; the last answer of a path lasts.
private final class Answering: HTTPTransport {
  private let state: Mutex<(replies: [String: [Replying.Reply]], requests: [HTTPRequest])>

  init(_ polls: [Replying.Reply] = [token], starts: [Replying.Reply] = [started]) {
    state = Mutex(
      (
        [
          "/client/register": [Self.registered], "/device_authorization": starts, "/token": polls,
        ], []
      ))
  }

  static let registered = Replying.Reply.answer(
    200,
    #"{"clientId":"c-1","clientSecret":"s-1","clientSecretExpiresAt":1900000000}"#)
  static let started = Replying.Reply.answer(
    200,
    #"{"deviceCode":"d-1","userCode":"ABCD-EFGH","expiresIn":600,"interval":5,"#
      + #""verificationUri":"https://device.example.com/","#
      + #""verificationUriComplete":"https://device.example.com/?user_code=ABCD-EFGH"}"#)
  static let token = Replying.Reply.answer(
    200, #"{"accessToken":"at-1","expiresIn":3600,"refreshToken":"rt-1","tokenType":"Bearer"}"#)
  static let pending = Replying.Reply.refusal("AuthorizationPendingException")

  func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
    let path = "/" + request.url.split(separator: "/").dropFirst(2).joined(separator: "/")
    let reply = state.withLock { state -> Replying.Reply in
      state.requests.append(request)
      guard let first = state.replies[path]?.first else { return .refusal("Unknown", 404) }
      if let count = state.replies[path]?.count, count > 1 {
        state.replies[path]?.removeFirst()
      }
      return first
    }
    return try reply.get()
  }

  func bodies(_ path: String) -> [String] {
    state.withLock { $0.requests }.filter { $0.url.hasSuffix(path) }
      .map { String(decoding: $0.body, as: UTF8.self) }
  }
}

/// Keeps what it heard; refuses where it is told to.
private final class Hearing: SignInHooks {
  private let heard = Mutex<[String]>([])
  private let refuses: String?

  init(refusing name: String? = nil) { refuses = name }

  var all: [String] { heard.withLock { $0 } }
  private func note(_ word: String) { heard.withLock { $0.append(word) } }

  func onVerification(_ verification: Verification) async throws(SSOError) -> Bool {
    note("verification")
    if refuses == "verification" { throw SSOError("Mine", .validation, "no") }
    return refuses != "browser"
  }
  func onPoll(left: Duration, pause: Duration) async {
    note("poll \(left.components.seconds) \(pause.components.seconds)")
  }
  func onToken(_ token: CachedToken, _ source: SignIn.Source) async throws(SSOError) {
    note("token \(source.rawValue)")
  }
  func onFailure(_ error: SSOError) async { note("failure \(error.code.rawValue)") }
}

/// Somebody sets the machine's clock while a person confirms.
private struct Jumping: SignInHooks {
  let clock: ManualClock
  let by: Duration

  func onPoll(left: Duration, pause: Duration) async { clock.jump(by) }
}

@Suite struct `Signing in by device code` {
  private func scene(_ service: Answering = Answering()) -> Scene {
    var scene = Scene()
    scene.service = service
    scene.options.flow = .device
    return scene
  }

  @Test func `shows page and code before it opens the browser, then asks until there is a token`()
    async throws
  {
    var scene = scene(Answering([Answering.pending, Answering.token]))
    let hooks = Hearing()
    scene.hooks = hooks
    let end = try await scene.run()
    #expect(end.found?.source == .login)
    #expect(
      end.said == [
        "open https://device.example.com/ and enter ABCD-EFGH",
        "or open https://device.example.com/?user_code=ABCD-EFGH and check that the page shows "
          + "ABCD-EFGH",
      ])
    #expect(end.opened == ["https://device.example.com/?user_code=ABCD-EFGH"])
    #expect(hooks.all == ["verification", "poll 600 5", "poll 595 5", "token login"])
    #expect(scene.service.bodies("/register")[0].contains(#""scopes":["sso:account:access"]"#))
  }

  @Test func `T07 keeps the registration before anybody confirms, and uses it next time`()
    async throws
  {
    let scene = scene(Answering([.refusal("AccessDeniedException"), Answering.token]))
    #expect(try await scene.run().error?.code == .accessDenied)
    scene.clock.advance(.seconds(400))
    #expect(try await scene.run().found?.source == .login)
    #expect(scene.service.bodies("/register").count == 1)
  }

  @Test func `H32 makes a new registration when the old one is good for less than 15 minutes`()
    async throws
  {
    let scene = scene()
    scene.folder.put(
      Scene.target.registrationFileName,
      Array(
        #"{"clientId":"old","clientSecret":"s","expiresAt":"2030-01-01T00:14:00Z"}"#.utf8))
    _ = try await scene.run()
    #expect(scene.service.bodies("/register").count == 1)
    #expect(scene.service.bodies("/device_authorization")[0].contains("c-1"))
  }

  @Test func `H31 drops a registration that was revoked, registers once, and starts once`()
    async throws
  {
    let service = Answering(starts: [.refusal("InvalidClientException", 401), Answering.started])
    let scene = scene(service)
    scene.folder.put(
      Scene.target.registrationFileName,
      Array(
        #"{"clientId":"old","clientSecret":"s","expiresAt":"2030-03-01T00:00:00Z"}"#.utf8))
    #expect(try await scene.run().found?.source == .login)
    #expect(service.bodies("/device_authorization").count == 2)
    #expect(service.bodies("/register").count == 1)
  }

  @Test func `H31 stops when the new registration is refused as well`() async throws {
    let service = Answering(starts: [.refusal("InvalidClientException", 401)])
    let scene = scene(service)
    #expect(try await scene.run().error?.code == .invalidClient)
    #expect(service.bodies("/device_authorization").count == 1)
  }

  @Test func `H31 forgets a registration that is revoked while it polls`() async throws {
    let scene = scene(Answering([.refusal("InvalidClientException", 401)]))
    #expect(try await scene.run().error?.code == .invalidClient)
    #expect(scene.folder.files[Scene.target.registrationFileName] == nil)
  }

  @Test(arguments: [
    ("AccessDeniedException", SSOError.Code.accessDenied),
    ("ExpiredTokenException", .expiredToken),
  ])
  func `H29 H30 tells denied from expired, and caches nothing`(
    word: String, code: SSOError.Code
  ) async throws {
    var scene = scene(Answering([.refusal(word)]))
    let hooks = Hearing()
    scene.hooks = hooks
    #expect(try await scene.run().error?.code == code)
    #expect(scene.folder.files[Scene.target.tokenFileName] == nil)
    #expect(hooks.all.last == "failure \(word)")
  }

  @Test func `H14 trusts a token without a lifetime for five minutes`() async throws {
    let scene = scene(Answering([.answer(200, #"{"accessToken":"at-1","tokenType":"Bearer"}"#)]))
    let token = try #require(try await scene.run().found?.token)
    #expect(token.expiresAt.rfc3339 == "2030-01-01T00:05:05Z")
  }

  @Test(arguments: [7200, -7200] as [Int64])
  func `K01 K02 waits by the steady clock when the calendar jumps`(jump: Int64) async throws {
    var scene = scene(Answering([Answering.pending, Answering.pending, Answering.token]))
    scene.hooks = Jumping(clock: scene.clock, by: .seconds(jump))
    let end = try await scene.run()
    #expect(end.found?.source == .login)
    #expect(scene.clock.pauses == [.seconds(5), .seconds(5), .seconds(5)])
  }

  @Test func `K03 says plainly that the code has ended after a long sleep`() async throws {
    var scene = scene(Answering([.refusal("ExpiredTokenException")]))
    scene.hooks = Jumping(clock: scene.clock, by: .seconds(10_800))
    let end = try await scene.run()
    #expect(end.error?.code == .expiredToken)
    #expect(scene.service.bodies("/token").count == 1)
  }

  @Test(arguments: [36_000, -36_000] as [Int64])
  func `K04 counts lifetimes by its own clock, however wrong that is`(offset: Int64) async throws {
    let dated = Replying.Reply.answer(
      200, #"{"accessToken":"at-1","expiresIn":3600,"refreshToken":"rt-1","tokenType":"Bearer"}"#,
      ["Date": "Tue, 01 Jan 2030 00:00:00 GMT"])
    let scene = scene(Answering([Answering.pending, dated]))
    scene.clock.jump(.seconds(offset))
    let token = try #require(try await scene.run().found?.token)
    #expect(token.expiresAt == scene.clock.now + .seconds(3600))
    scene.clock.advance(.seconds(2600))
    #expect(try await scene.run().found?.source == .cache)
    scene.clock.advance(.seconds(200))
    #expect(try await scene.run().found?.source == .refresh)
  }

  @Test(arguments: [0, -5])
  func `K05 refuses a token that has ended on arrival, and caches nothing`(
    lifetime: Int
  ) async throws {
    let scene = scene(
      Answering([
        .answer(200, #"{"accessToken":"at-1","expiresIn":\#(lifetime),"tokenType":"Bearer"}"#)
      ]))
    let error = try #require(try await scene.run().error)
    #expect(error.kind == .parse && error.message.contains("expiresIn"), "\(error)")
    #expect(scene.folder.files[Scene.target.tokenFileName] == nil)
  }

  @Test func `a hook may keep the browser closed, or end it all`() async throws {
    var scene = scene()
    scene.hooks = Hearing(refusing: "browser")
    #expect(try await scene.run().opened == [])
    scene.hooks = Hearing(refusing: "verification")
    scene.folder = MemoryFolder()
    let end = try await scene.run()
    #expect(end.error?.code == "Mine")
    #expect(end.opened == [])
  }

  @Test func `a session with a long name makes a client name that services take`() async throws {
    var scene = scene()
    scene.target.sessionName = String(repeating: "s", count: 256)
    #expect(try await scene.run().found?.source == .login)
    let body = try #require(scene.service.bodies("/register").first)
    #expect(try JSON.parse(body).asObject?["clientName"]?.asString?.count == 256)
  }

  @Test func `asks for no scopes where AWS's tools renew nothing`() async throws {
    var scene = scene()
    scene.target.sessionName = nil
    #expect(try await scene.run().found?.source == .login)
    #expect(
      scene.service.bodies("/register") == [#"{"clientName":"ssoscript","clientType":"public"}"#])
  }
}

/// A port in memory: gives the requests it was made with, in order.
private final class MemoryPort: WorldListener, CallbackListener {
  private struct State {
    var targets: [String]
    var pages: [String: CallbackPage] = [:]
    var standing: CallbackPage?
    var isClosed = false
    var isOver = false
    /// One for each wait, as a stream ends for all when one wait for it is cancelled.
    var waits: [AsyncStream<Never>.Continuation] = []
  }
  private let state: Mutex<State>
  private let free: Int?

  init(_ targets: [String], port: Int? = 50_000) {
    state = Mutex(State(targets: targets))
    free = port
  }

  var port: Int { free ?? 0 }
  var isClosed: Bool { state.withLock { $0.isClosed } }
  var hasVisitors: Bool { state.withLock { !$0.targets.isEmpty } }
  func page(_ target: String) -> CallbackPage? { state.withLock { $0.pages[target] } }
  fileprivate func note(_ target: String, _ page: CallbackPage) {
    state.withLock { $0.pages[target] = page }
  }

  func listen(ports: [Int]) async throws(ListenerError) -> any CallbackListener {
    guard free != nil else { throw ListenerError("every port is taken") }
    return self
  }

  func next() async -> (any CallbackRequest)? {
    let target = state.withLock { $0.targets.isEmpty ? nil : $0.targets.removeFirst() }
    if target == nil {
      endWaits()
      // Nobody comes: until the task is cancelled.
      for await _ in AsyncStream(Never.self, { _ in }) {}
    }
    return target.map { MemoryRequest($0, self) }
  }

  /// Returns when all that come have come.
  func waitForAll() async {
    let (end, wait) = AsyncStream.makeStream(of: Never.self)
    state.withLock { $0.isOver ? wait.finish() : $0.waits.append(wait) }
    for await _ in end {}
  }

  private func endWaits() {
    let waits = state.withLock {
      $0.isOver = true
      return $0.waits
    }
    for wait in waits { wait.finish() }
  }

  func answerAll(with page: CallbackPage) { state.withLock { $0.standing = page } }
  func close() { state.withLock { $0.isClosed = true } }
}

private final class MemoryRequest: CallbackRequest {
  let target: String
  private let port: MemoryPort

  init(_ target: String, _ port: MemoryPort) {
    self.target = target
    self.port = port
  }

  func answer(_ page: CallbackPage) { port.note(target, page) }
}

@Suite struct `Signing in by a browser that comes back` {
  /// What SameBytes makes of a state.
  static let state = String(repeating: "BwcH", count: 8)
  static let good = "/oauth/callback?code=code-1&state=\(state)"

  private func scene(_ port: MemoryPort, _ service: Answering = Answering()) -> Scene {
    var scene = Scene()
    scene.service = service
    scene.listener = port
    if port.hasVisitors { scene.clock.othersFirst.withLock { $0 = port.waitForAll } }
    return scene
  }

  @Test func `R7636 opens AWS's authorize page and redeems the code with the verifier`()
    async throws
  {
    let port = MemoryPort([Self.good])
    let scene = scene(port)
    let end = try await scene.run()
    #expect(end.found?.source == .login)
    let verifier = String(repeating: "BwcH", count: 16)
    #expect(
      scene.service.bodies("/register") == [
        #"{"clientName":"ssoscript-my-sso","clientType":"public","scopes":["sso:account:access"],"#
          + #""redirectUris":["http://127.0.0.1/oauth/callback"],"#
          + #""grantTypes":["authorization_code","refresh_token"],"#
          + #""issuerUrl":"https://example.awsapps.com/start"}"#
      ])
    #expect(
      scene.service.bodies("/token") == [
        #"{"clientId":"c-1","clientSecret":"s-1","grantType":"authorization_code","#
          + #""code":"code-1","redirectUri":"http://127.0.0.1:50000/oauth/callback","#
          + #""codeVerifier":"\#(verifier)"}"#
      ])
    let url = try #require(end.opened.first)
    #expect(
      url.hasPrefix(
        "http://127.0.0.1:8087/authorize?response_type=code&client_id=c-1"
          + "&redirect_uri=http%3A%2F%2F127.0.0.1%3A50000%2Foauth%2Fcallback&state=\(Self.state)"
          + "&code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess&code_challenge="))
    #expect(end.said == ["open \(url)"])
    #expect(port.isClosed)
    #expect(port.page(Self.good) == .signedIn)
  }

  @Test(arguments: [
    "/oauth/callback?code=x&state=other", "/favicon.ico", "/oauth/callback",
    "/oauth/callback?code=x", "/oauth/callback?code=&state=\(state)",
    "/?code=x&state=\(state)",
    "/oauth/callback?state=\(state)", "/oauth/callback?code=a&code=b&state=\(state)",
    "/oauth/callback?error=access_denied&state=other", "/oauth/callback?code=%zz&state=\(state)",
  ])
  func `F22 ignores what is not of this login, counts it, and takes the first that is`(
    foreign: String
  ) async throws {
    let port = MemoryPort([foreign, Self.good])
    let end = try await scene(port).run()
    #expect(end.found?.source == .login)
    #expect(port.page(foreign)?.status == 404)
    #expect(end.said.last == "1 request(s) that were not of this login were ignored")
  }

  @Test func `F22 tells of a denial, and remembers it`() async throws {
    let denial = "/oauth/callback?error=access_denied&error_description=no+way&state=\(Self.state)"
    let port = MemoryPort([denial])
    let scene = scene(port)
    let end = try await scene.run()
    #expect(end.error?.code == .accessDenied)
    #expect(end.error?.message == "the login was declined: no way")
    #expect(port.page(denial) == .declined)
    #expect(try await scene.run().error?.code == .loginDeclined)
  }

  @Test func `N10 sends a code once, and says on the page that it did not work`() async throws {
    let port = MemoryPort([Self.good])
    let service = Answering([.failure(.incomplete, .maybeReceived)])
    let end = try await scene(port, service).run()
    #expect(end.error?.transport?.code == .incomplete)
    #expect(service.bodies("/token").count == 1)
    #expect(port.page(Self.good) == .failed)
    #expect(port.isClosed)
  }

  @Test func `F20 says when the chosen port is taken and goes on with another`() async throws {
    var scene = scene(MemoryPort([Self.good]))
    scene.options.redirectPort = 8400
    let end = try await scene.run()
    #expect(end.found != nil)
    #expect(end.said.first == "port 8400 is taken; the browser comes back to port 50000")
  }

  @Test func `F20 F21 falls back to a code where no browser can come back, and says why`()
    async throws
  {
    var scene = scene(MemoryPort([], port: nil))
    #expect(
      try await scene.run().said.first
        == "signing in by a code: no browser can come back here: every port is taken")
    scene.folder = MemoryFolder()
    scene.listener = MemoryPort([])
    scene.browserProblem = "xdg-open: no such file"
    // Ten minutes take longer than a program that does not start.
    let isFirst = Mutex(true)
    scene.clock.othersFirst.withLock {
      $0 = {
        if isFirst.withLock({ exchange(&$0, with: false) }) { await Scene.standStill() }
      }
    }
    let end = try await scene.run()
    #expect(
      end.said.contains { $0.hasSuffix("no browser can come back here: xdg-open: no such file") })
    #expect(end.found?.source == .login)
    scene.folder = MemoryFolder()
    scene.obstacle = "no browser over SSH"
    #expect(try await scene.run().said.first == "signing in by a code: no browser over SSH")
  }

  @Test(arguments: [true, false], [SignInFlow.authorizationCode, nil])
  func `F21 a browser that has come back has opened the page, however its program ends`(
    stays: Bool, flow: SignInFlow?
  ) async throws {
    var scene = scene(MemoryPort([Self.good]))
    scene.options.flow = flow
    scene.browserStays = stays
    scene.browserProblem = "firefox did not open the page (exit status 1)"
    let end = try await scene.run()
    #expect(end.found?.source == .login)
    #expect(end.opened.count == 1)
    #expect(!end.said.contains { $0.hasPrefix("signing in by a code") })
    #expect(scene.service.bodies("/token").map { $0.contains("code-1") } == [true])
  }

  @Test func `F21 and a denial there is one`() async throws {
    let denial = "/oauth/callback?error=access_denied&state=\(Self.state)"
    var scene = scene(MemoryPort([denial]))
    scene.browserProblem = "firefox did not open the page (exit status 1)"
    #expect(try await scene.run().error?.code == .accessDenied)
  }

  @Test func `but not when the person asked for the browser`() async throws {
    var scene = scene(MemoryPort([], port: nil))
    scene.options.flow = .authorizationCode
    #expect(try await scene.run().error?.code == .noCallback)
  }

  @Test func `H31 forgets the client when nobody comes back: the page may not know it`()
    async throws
  {
    let scene = scene(MemoryPort([]))
    #expect(try await scene.run().error?.code == .expiredToken)
    #expect(scene.service.bodies("/register").count == 1)
    #expect(scene.folder.files[Scene.target.registrationFileName] == nil)
  }

  @Test func `takes the address from a browser elsewhere, after two wrong ones`() async throws {
    var scene = scene(MemoryPort([], port: nil))
    scene.options.pastes = true
    scene.options.redirectPort = 8400
    scene.pasted = [
      "what?", "http://127.0.0.1:8400/oauth/callback?code=x&state=other",
      " http://127.0.0.1:8400\(Self.good) ",
    ]
    let end = try await scene.run()
    #expect(end.found?.source == .login)
    #expect(end.opened == [])
    #expect(scene.service.bodies("/token")[0].contains("127.0.0.1:8400"))
  }

  @Test func `and gives up after the third`() async throws {
    var scene = scene(MemoryPort([], port: nil))
    scene.options.pastes = true
    scene.pasted = ["a", "b", "c", "http://127.0.0.1:8400\(Self.good)"]
    #expect(try await scene.run().error?.code == .noCallback)
    #expect(scene.folder.files[Scene.target.registrationFileName] == nil)
  }
}
