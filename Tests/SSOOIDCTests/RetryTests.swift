//  RetryTests.swift - what is repeated, when, and how often.

import StrictJSON
import Testing

@testable import SSOOIDC

@Suite struct `A failed call` {
  static let token = Replying.Reply.answer(200, #"{"accessToken":"a"}"#)

  @Test func `H01 with one 500 is repeated unseen`() async throws {
    let transport = Replying([.answer(500, ""), Self.token])
    let clock = ManualClock()

    let output = try await client(transport, clock: clock).call(.createToken, devicePoll)

    #expect(output == ["accessToken": "a"])
    #expect(transport.requests.count == 2)
    #expect(clock.pauses.count == 1)
    #expect(clock.pauses[0] < .milliseconds(50))
  }

  @Test(arguments: [500, 502, 503, 504])
  func `H02 for ever ends after 3 tries within 15 s`(status: Int) async throws {
    let transport = Replying([.answer(status, "")])
    let clock = ManualClock()

    let error = await #expect(throws: SSOError.self) {
      try await client(transport, clock: clock).call(.createToken, devicePoll)
    }

    #expect(error?.status == status)
    #expect(error?.retryable == true)
    #expect(transport.requests.count == 3)
    #expect(clock.monotonic < .seconds(15))
  }

  @Test func `H03 is not repeated when the pause asked for is too long, and says so`() async throws
  {
    let transport = Replying([.answer(503, "", ["Retry-After": "120"])])
    let clock = ManualClock()

    let error = await #expect(throws: SSOError.self) {
      try await client(transport, clock: clock).call(.createToken, devicePoll)
    }

    #expect(error?.retryAfter == .seconds(120))
    #expect(transport.requests.count == 1)
    #expect(clock.pauses.isEmpty)
  }

  @Test func `H03 waits at least as long as asked for`() async throws {
    let transport = Replying([.answer(429, "", ["Retry-After": "7"]), Self.token])
    let clock = ManualClock()

    _ = try await client(transport, clock: clock).call(.createToken, devicePoll)

    #expect(clock.pauses == [.seconds(7)])
  }

  @Test func `N06 never runs longer than its whole time`() async throws {
    let clock = ManualClock()
    let transport = Replying([.failure(.timeout, .maybeReceived)]) {
      clock.advance(.seconds(10))
    }

    await #expect(throws: SSOError.self) {
      try await client(transport, clock: clock).call(.createToken, devicePoll)
    }

    #expect(transport.requests.count == 2)
    #expect(transport.requests[0].options.timeout == .seconds(15))
    #expect(transport.requests[1].options.timeout < .seconds(5.1))
  }

  @Test(
    arguments: [
      ("authorization_code", ["code": "c"]), ("refresh_token", ["refreshToken": "r"]),
      ("urn:ietf:params:oauth:grant-type:unknown", [:]),
    ] as [(String, JSONObject)])
  func `N09 N10 that can have spent its grant is not repeated`(
    grant: String, members: JSONObject
  ) async throws {
    var input: JSONObject = ["clientId": "i", "clientSecret": "s", "grantType": .string(grant)]
    for (key, value) in members { input[key] = value }
    for reply in [
      .answer(500, ""), .answer(429, ""), Replying.Reply.failure(.incomplete, .maybeReceived),
      .failure(.timeout, .maybeReceived),
    ] {
      let transport = Replying([reply, Self.token])
      await #expect(throws: SSOError.self) {
        try await client(transport).call(.createToken, input)
      }
      #expect(transport.requests.count == 1)
    }
  }

  @Test func `N07 that never left is repeated at once, whatever the grant`() async throws {
    let transport = Replying([.failure(.incomplete, .neverSent), Self.token])
    let clock = ManualClock()

    _ = try await client(transport, clock: clock).call(
      .createToken,
      ["clientId": "i", "clientSecret": "s", "grantType": "authorization_code", "code": "c"])

    #expect(transport.requests.count == 2)
    #expect(clock.pauses == [.zero])
  }

  @Test(arguments: Operation.all.filter { $0.repetition == .harmless })
  func `that is harmless is repeated after a lost answer`(operation: SSOOIDC.Operation) async throws
  {
    let transport = Replying([.failure(.incomplete, .maybeReceived)])
    var input = JSONObject()
    for member in operation.input where member.presence == .required { input[member.name] = "x" }

    await #expect(throws: SSOError.self) {
      try await client(transport, operation.service).call(operation, input)
    }

    #expect(transport.requests.count == 3)
  }

  @Test(arguments: [
    TransportError.Code.tls, .proxy, .tooLarge, .invalidRequest, .cancelled, .badAnswer,
  ])
  func `that cannot pass is not repeated`(code: TransportError.Code) async throws {
    let transport = Replying([.failure(code, .neverSent)])

    await #expect(throws: SSOError.self) {
      try await client(transport).call(.createToken, devicePoll)
    }

    #expect(transport.requests.count == 1)
  }

  @Test(arguments: [
    ("AuthorizationPendingException", 400), ("SlowDownException", 400),
    ("AuthorizationPendingException", 429), ("SlowDownException", 429),
    ("InvalidGrantException", 400), ("Unknown", 400), ("Unknown", 509),
  ])
  func `that was refused is not repeated`(code: String, status: Int) async throws {
    let transport = Replying([.refusal(code, status)])

    await #expect(throws: SSOError.self) {
      try await client(transport).call(.createToken, devicePoll)
    }

    #expect(transport.requests.count == 1)
  }

  @Test(arguments: [SSOOIDC.Operation.registerClient, .startDeviceAuthorization])
  func `that was told to slow down is the caller's to repeat, whatever was called`(
    operation: SSOOIDC.Operation
  ) async throws {
    var input = JSONObject()
    for member in operation.input where member.presence == .required { input[member.name] = "x" }
    for status in [400, 429] {
      let transport = Replying([.answer(status, #"{"error":"slow_down"}"#)])

      let error = await #expect(throws: SSOError.self) {
        try await client(transport).call(operation, input)
      }

      #expect(error?.retryable == true)
      #expect(transport.requests.count == 1)
    }
  }

  @Test func `in legacy mode has five tries`() async throws {
    let transport = Replying([.answer(509, "")])

    await #expect(throws: SSOError.self) {
      try await client(transport) { $0.retry = RetryPolicy(mode: .legacy, totalTime: .seconds(99)) }
        .call(.createToken, devicePoll)
    }

    #expect(transport.requests.count == 5)
  }

  @Test func `is not sent again when its task is cancelled`() async throws {
    let transport = Replying([.answer(500, "")])
    let client = try client(transport)

    let task = Task {
      while !Task.isCancelled { await Task.yield() }
      return try await client.call(.createToken, devicePoll)
    }
    task.cancel()

    let error = await #expect(throws: SSOError.self) { try await task.value }
    #expect(error?.kind == .cancelled)
    #expect(transport.requests.count == 1)
  }
}

@Suite struct `The retry policy` {
  @Test(
    arguments: [
      (1, 0.5, nil, .milliseconds(25)), (2, 0.5, nil, .milliseconds(50)),
      (1, 0.5, 429, .milliseconds(500)), (2, 0.5, 429, .seconds(1)), (9, 1.0, 429, .seconds(20)),
      (1, 0.0, 500, .zero),
    ] as [(Int, Double, Int?, Duration)])
  func `pauses by chance, doubled with each attempt`(
    number: Int, chance: Double, status: Int?, pause: Duration
  ) {
    var policy = RetryPolicy(totalTime: .seconds(99))
    policy.maximumAttempts = 10
    var error = SSOError("X", .service, "")
    error.status = status ?? 503

    let decision = policy.decide(
      FailedAttempt(
        error: error, number: number, elapsed: .zero, isRepeatable: true, chance: chance),
      quota: RetryQuota())

    #expect(decision == .again(after: pause, cost: status == 429 ? 5 : 14))
  }

  @Test func `stops when the quota is used up, and goes on when successes refill it`() {
    let quota = RetryQuota()
    var error = SSOError("X", .service, "")
    error.status = 500
    let attempt = FailedAttempt(
      error: error, number: 1, elapsed: .zero, isRepeatable: true, chance: 0)

    let repeats = (0..<100).filter { _ in
      RetryPolicy().decide(attempt, quota: quota) != .stop
    }.count

    #expect(repeats == 35)  // 500 / 14
    #expect(quota.left == 10)
    for _ in 0..<4 { quota.succeed(lastCost: nil) }
    #expect(RetryPolicy().decide(attempt, quota: quota) != .stop)
    quota.succeed(lastCost: 14)
    #expect(quota.left == 14)
    for _ in 0..<600 { quota.succeed(lastCost: nil) }
    #expect(quota.left == RetryQuota.capacity)
    #expect(quota.take(5))
    quota.succeed(lastCost: 14)
    #expect(quota.left == RetryQuota.capacity)
  }
}
