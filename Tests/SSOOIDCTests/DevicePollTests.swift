//  DevicePollTests.swift - RFC 8628 section 3.5, and the failures on the way.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `A device poll` {
  static let pending = refusal(.authorizationPending)
  static let slowDown = refusal(.slowDown)

  @Test(
    arguments: [
      (nil, nil, .seconds(5)), (.seconds(1), nil, .seconds(1)), (.seconds(-1), nil, .seconds(5)),
      (.zero, nil, .seconds(5)), (.seconds(1_000_000), .seconds(600), .seconds(599)),
      (.seconds(7), .seconds(-3), .seconds(7)),
    ] as [(Duration?, Duration?, Duration)])
  func `H16 begins with a sensible wait`(
    interval: Duration?, lifetime: Duration?, wait: Duration
  ) {
    #expect(DevicePoll(interval: interval, lifetime: lifetime).first == .askAfter(wait))
  }

  @Test func `R8628-16 asks again after the interval while it is pending`() {
    var poll = DevicePoll(interval: .seconds(3))

    #expect(poll.refused(Self.pending, elapsed: .seconds(3)) == .askAfter(.seconds(3)))
    #expect(poll.refused(Self.pending, elapsed: .seconds(6)) == .askAfter(.seconds(3)))
  }

  @Test func `R8628-17 slow down lasts`() {
    var poll = DevicePoll(interval: .seconds(1))

    #expect(poll.refused(Self.slowDown, elapsed: .seconds(1)) == .askAfter(.seconds(6)))
    #expect(poll.refused(Self.pending, elapsed: .seconds(7)) == .askAfter(.seconds(6)))
    #expect(poll.refused(Self.slowDown, elapsed: .seconds(13)) == .askAfter(.seconds(11)))
    #expect(poll.interval == .seconds(11))
  }

  @Test(arguments: [Duration.seconds(1), .seconds(5)])
  func `H27 slowed down on every poll ends with at most 15 polls`(interval: Duration) {
    let (polls, error) = run(DevicePoll(interval: interval)) { _ in Self.slowDown }

    #expect((14...15).contains(polls))
    #expect(error.code == .expiredToken)
  }

  @Test func `H02 an outage is waited out until the code's end, then named`() {
    let (polls, error) = run(DevicePoll(interval: .seconds(5))) { _ in
      var error = Self.refusal(.status(503), status: 503)
      error.requestID = "id-9"
      return error
    }

    #expect((10...15).contains(polls))
    #expect(error.status == 503)
    #expect(error.requestID == "id-9")
    #expect(error.message.hasPrefix("unavailable until the code's end after 600 s: "))
  }

  @Test func `H03 waits as long as asked for, or says at once that the code ends before`() {
    var error = Self.refusal(.status(503), status: 503)
    error.retryAfter = .seconds(120)
    var poll = DevicePoll(interval: .seconds(5))

    #expect(poll.refused(error, elapsed: .seconds(5)) == .askAfter(.seconds(120)))
    guard case .fail(let last) = poll.refused(error, elapsed: .seconds(500)) else {
      Issue.record("went on")
      return
    }
    #expect(last.message.contains("asks to wait 120 s"))
  }

  @Test func `H04 an absurd wish means the code's end`() {
    var error = Self.refusal(.status(503), status: 503)
    error.retryAfter = .seconds(1_000_000_000)
    var poll = DevicePoll(interval: .seconds(5))

    #expect(poll.refused(error, elapsed: .seconds(100)) == .askAfter(.seconds(499)))
  }

  @Test func `H05 429 is a slow down`() {
    var poll = DevicePoll(interval: .seconds(5))

    let action = poll.refused(Self.refusal(.status(429), status: 429), elapsed: .seconds(5))

    #expect(action == .askAfter(.seconds(10)))
    #expect(poll.interval == .seconds(10))
  }

  @Test func `H06 403 in plain text is waited out five times in a row`() {
    let wall = Self.refusal(.status(403), status: 403)
    var poll = DevicePoll(interval: .seconds(1))

    for _ in 1...5 { #expect(poll.refused(wall, elapsed: .seconds(1)).isAsking) }
    #expect(poll.refused(wall, elapsed: .seconds(1)) == .fail(wall))

    var other = DevicePoll(interval: .seconds(1))
    for _ in 1...20 {
      #expect(other.refused(wall, elapsed: .seconds(1)).isAsking)
      #expect(other.refused(Self.pending, elapsed: .seconds(1)) == .askAfter(.seconds(1)))
    }
  }

  @Test(arguments: [refusal(.status(503), status: 503), failure(.connect, .neverSent)])
  func `H06 an outage between two of them begins the row anew`(outage: SSOError) {
    let wall = Self.refusal(.status(403), status: 403)
    var poll = DevicePoll(interval: .seconds(1))

    for _ in 1...3 {
      for _ in 1...5 { #expect(poll.refused(wall, elapsed: .seconds(1)).isAsking) }
      #expect(poll.refused(outage, elapsed: .seconds(1)).isAsking)
    }
  }

  @Test(arguments: [TransportError.Code.connect, .resolve, .timeout, .incomplete])
  func `N01 N04 N05 a lost network doubles the pause, up to a minute, and passes`(
    code: TransportError.Code
  ) {
    var poll = DevicePoll(interval: .seconds(5))
    let failure = Self.failure(code, .neverSent)

    let pauses = (0..<5).map { _ in poll.refused(failure, elapsed: .seconds(5)) }

    #expect(pauses == [10, 20, 40, 60, 60].map { .askAfter(.seconds($0)) })
    #expect(poll.refused(Self.pending, elapsed: .seconds(200)) == .askAfter(.seconds(5)))
  }

  @Test func `N04 asks a last time before the code ends`() {
    var poll = DevicePoll(interval: .seconds(5))
    for _ in 0..<4 { _ = poll.refused(Self.failure(.connect, .neverSent), elapsed: .seconds(5)) }

    #expect(
      poll.refused(Self.failure(.connect, .neverSent), elapsed: .seconds(580))
        == .askAfter(.seconds(19)))
    // Not sooner than the interval allows.
    #expect(
      poll.refused(Self.failure(.connect, .neverSent), elapsed: .milliseconds(594_500))
        == .askAfter(.seconds(5)))
  }

  @Test(arguments: [
    failure(.incomplete, .maybeReceived), refusal(.internalServer, status: 500),
  ])
  func `N08 a grant refused after a lost answer is explained`(loss: SSOError) {
    var poll = DevicePoll(interval: .seconds(5))
    _ = poll.refused(loss, elapsed: .seconds(5))

    guard case .fail(let error) = poll.refused(Self.refusal(.invalidGrant), elapsed: .seconds(15))
    else {
      Issue.record("went on")
      return
    }

    #expect(error.code == .invalidGrant)
    #expect(error.message == "approved, but the answer was lost")
  }

  @Test func `H24 a grant refused after an answer that was taken for a portal's is explained`() {
    var poll = DevicePoll(interval: .seconds(5))
    _ = poll.refused(Self.refusal(.captivePortal, status: 200), elapsed: .seconds(5))

    guard case .fail(let error) = poll.refused(Self.refusal(.invalidGrant), elapsed: .seconds(15))
    else {
      Issue.record("went on")
      return
    }

    #expect(error.message == "approved, but the answer was lost")
  }

  @Test func `N08 a grant refused with nothing lost stays as it is`() {
    var poll = DevicePoll(interval: .seconds(5))
    _ = poll.refused(Self.failure(.connect, .neverSent), elapsed: .seconds(5))
    let refused = Self.refusal(.invalidGrant)

    #expect(poll.refused(refused, elapsed: .seconds(15)) == .fail(refused))
  }

  @Test func `N17 a captive portal is waited out`() {
    var poll = DevicePoll(interval: .seconds(5))
    var page = SSOError(.captivePortal, .parse, "")
    page.status = 200

    #expect(poll.refused(page, elapsed: .seconds(5)) == .askAfter(.seconds(10)))
  }

  @Test(arguments: [
    refusal(.accessDenied), refusal(.expiredToken), refusal(.invalidClient), refusal("weird"),
    refusal(.status(404), status: 404), SSOError(.invalidResponse, .parse, "x"),
    SSOError(.cancelled, .cancelled, ""), failure(.tls, .neverSent), failure(.proxy, .neverSent),
  ])
  func `H28 H29 H30 T01 N15 any other answer stops at once`(error: SSOError) {
    var poll = DevicePoll(interval: .seconds(5))

    #expect(poll.refused(error, elapsed: .seconds(5)) == .fail(error))
  }

  @Test func `K03 after a long sleep the code has ended`() {
    var poll = DevicePoll(interval: .seconds(5))

    guard case .fail(let error) = poll.refused(Self.pending, elapsed: .seconds(10_800)) else {
      Issue.record("went on")
      return
    }
    #expect(error.code == .expiredToken)
  }

  static func refusal(_ code: SSOError.Code, status: Int = 400) -> SSOError {
    var error = SSOError(code, .service, "m")
    error.status = status
    return error
  }

  static func failure(
    _ code: TransportError.Code, _ delivery: TransportError.Delivery
  ) -> SSOError {
    SSOError(
      transport: TransportError(code: code, message: "m", host: "h", delivery: delivery),
      operation: .createToken, host: "h")
  }

  /// Polls until the end.
  private func run(
    _ start: DevicePoll, _ answer: (Int) -> SSOError
  ) -> (polls: Int, error: SSOError) {
    var poll = start
    var elapsed = Duration.zero
    var action = poll.first
    var polls = 0
    while case .askAfter(let pause) = action, polls < 1000 {
      elapsed += pause
      polls += 1
      action = poll.refused(answer(polls), elapsed: elapsed)
    }
    guard case .fail(let error) = action else { return (polls, Self.refusal("endless")) }
    return (polls, error)
  }
}

extension DevicePoll.Action {
  fileprivate var isAsking: Bool { if case .askAfter = self { true } else { false } }
}

@Suite struct `Polling for a token` {
  @Test func `goes from pending over slow down to the token, by the clock`() async throws {
    let transport = Replying([
      .refusal("AuthorizationPendingException"), .refusal("SlowDownException"), .answer(500, ""),
      .answer(200, #"{"accessToken":"at","expiresIn":3600,"refreshToken":"rt"}"#),
    ])
    let clock = ManualClock()
    let (client, registration, authorization) = try login(transport, clock)

    let token = try await client.pollForToken(registration, authorization)

    #expect(token.accessToken == "at")
    #expect(token.refreshToken == "rt")
    #expect(token.expiresIn == .seconds(3600))
    #expect(clock.pauses == [1, 1, 6, 12].map { .seconds($0) })
    #expect(transport.requests.count == 4)
    #expect(
      String(decoding: transport.requests[0].body, as: UTF8.self)
        == #"{"clientId":"i","clientSecret":"s","#
        + #""grantType":"urn:ietf:params:oauth:grant-type:device_code","deviceCode":"d"}"#)
  }

  @Test func `gives the error that ended it`() async throws {
    let transport = Replying([.refusal("AccessDeniedException")])
    let (client, registration, authorization) = try login(transport, ManualClock())

    let error = await #expect(throws: SSOError.self) {
      try await client.pollForToken(registration, authorization)
    }

    #expect(error?.code == .accessDenied)
  }

  @Test func `stops when its task is cancelled`() async throws {
    let transport = Replying([.refusal("AuthorizationPendingException")])
    let (client, registration, authorization) = try login(transport, ManualClock())

    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await client.pollForToken(registration, authorization)
    }
    task.cancel()

    let error = await #expect(throws: SSOError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
    #expect(transport.requests.isEmpty)
  }

  private func login(
    _ transport: Replying, _ clock: ManualClock
  ) throws -> (SSOOIDCClient, RegisterClientResponse, StartDeviceAuthorizationResponse) {
    let registration = RegisterClientResponse(["clientId": "i", "clientSecret": "s"])
    let authorization = StartDeviceAuthorizationResponse([
      "deviceCode": "d", "userCode": "u", "verificationUri": "https://h", "expiresIn": 600,
      "interval": 1,
    ])
    return (SSOOIDCClient(try client(transport, clock: clock)), registration, authorization)
  }
}
