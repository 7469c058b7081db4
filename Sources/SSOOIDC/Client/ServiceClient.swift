//  ServiceClient.swift - calls operations by their description: the shell around the brains.
//
//  Knows: the order of things: check, build, sign, send, read, repeat.
//  Does not know: what the members mean; each of these steps has its own file.

public import StrictJSON

/// Calls the operations of one service, members in and out by their AWS names.
///
/// ``SSOOIDCClient`` and ``SSOPortalClient`` are this with Swift types.
public struct ServiceClient: Sendable {
  /// Where the requests go.
  public var endpoint: Endpoint { configuration.endpoint }
  private(set) var configuration: ClientConfiguration
  let clock: any WorldClock
  /// Who judges what this client does; nobody if nil.
  public let judge: (any ClientGuard)?
  private let transport: any HTTPTransport
  private let builder: RequestBuilder
  private let ids: InvocationIDs
  private let quota = RetryQuota()

  /// Makes a client.
  ///
  /// - Parameters:
  ///   - configuration: Endpoint, retries, limits.
  ///   - transport: Sends the requests.
  ///   - clock: Measures, waits, and dates signatures.
  ///   - randomness: Seeds invocation ids and jitter, once.
  ///   - judge: Is asked before each call, and hears its result.
  public init(
    _ configuration: ClientConfiguration, transport: any HTTPTransport, clock: any WorldClock,
    randomness: any WorldRandomness, judge: (any ClientGuard)? = nil
  ) {
    self.configuration = configuration
    self.judge = judge
    self.transport = transport
    self.clock = clock
    ids = InvocationIDs(seed: randomness.bytes(8))
    builder = RequestBuilder(
      endpoint: configuration.endpoint,
      userAgent: UserAgent.text(
        product: configuration.product, retryMode: configuration.retry.mode,
        isCustomEndpoint: configuration.endpoint.isCustom,
        applicationID: configuration.applicationID),
      options: configuration.http)
  }

  /// The same client for a caller who keeps the pace: it hears of each call that came too fast.
  var unpaced: ServiceClient {
    var client = self
    client.configuration.retry.repeatsThrottled = false
    return client
  }

  /// Calls `operation`.
  ///
  /// Failures that pass are repeated by the policy, within its time; what the service may have
  /// acted on is repeated only where that is harmless.
  ///
  /// - Parameters:
  ///   - operation: What to call.
  ///   - input: Its members by their AWS names; wrong ones are refused before anything is sent.
  ///   - retry: In place of the client's policy; ``RetryPolicy/never`` for polls.
  /// - Returns: The modelled members of the answer; `null` and unknown ones are left out.
  /// - Throws: ``SSOError``.
  public func call(
    _ operation: Operation, _ input: JSONObject, retry: RetryPolicy? = nil
  ) async throws(SSOError) -> JSONObject {
    try await exchange(operation, input, retry: retry).output
  }

  /// The same for a caller who has to know what was sent: whoever judges may have changed it.
  func exchange(
    _ operation: Operation, _ input: JSONObject, retry: RetryPolicy? = nil
  ) async throws(SSOError) -> (sent: JSONObject, output: JSONObject) {
    try operation.check(input)
    guard let judge else { return (input, try await perform(operation, input, retry)) }
    var call = GuardedCall(operation: operation, input: input, endpoint: endpoint)
    call.input = try await judge.before(call)
    try operation.check(call.input)
    let output = try await perform(operation, call.input, retry)
    return (call.input, try await judge.after(call, output))
  }

  private func perform(
    _ operation: Operation, _ input: JSONObject, _ retry: RetryPolicy?
  ) async throws(SSOError) -> JSONObject {
    let base = try builder.request(operation, input)
    let policy = retry ?? configuration.retry
    let invocation = ids.next()
    let start = clock.monotonic
    var number = 1
    var lastCost: Int?
    while true {
      let error: SSOError
      let left = policy.totalTime - (clock.monotonic - start)
      do throws(SSOError) {
        let request = try prepare(
          base, operation, invocation: invocation, number: number, policy: policy, left: left)
        let answer = try await send(request, operation, input)
        quota.succeed(lastCost: lastCost)
        return answer
      } catch let failure {
        error = failure
      }
      let failure = FailedAttempt(
        error: error, number: number, elapsed: clock.monotonic - start,
        isRepeatable: operation.mayRepeat(input), chance: ids.fraction())
      guard case .again(let delay, let cost) = policy.decide(failure, quota: quota) else {
        throw error
      }
      try await wait(delay, operation)
      number += 1
      lastCost = cost
    }
  }

  /// Waits before a call that its caller alone may repeat, if it failed by what passes within seconds.
  ///
  /// - Returns: Whether to repeat it.
  func waitToRepeat(
    _ operation: Operation, after error: SSOError
  ) async throws(SSOError) -> Bool {
    var policy = configuration.retry
    // A pause has to end before that, and one of five seconds is a common wish.
    policy.totalTime = min(policy.totalTime, .milliseconds(5001))
    let failure = FailedAttempt(
      error: error, number: 1, elapsed: .zero, isRepeatable: true, chance: ids.fraction())
    guard case .again(let delay, _) = policy.decide(failure, quota: quota) else { return false }
    try await wait(delay, operation)
    return true
  }

  /// Adds what differs from attempt to attempt.
  private func prepare(
    _ base: HTTPRequest, _ operation: Operation, invocation: String, number: Int,
    policy: RetryPolicy, left: Duration
  ) throws(SSOError) -> HTTPRequest {
    var request = base
    if operation.isSigned { try sign(&request, operation) }
    request.headers.append("amz-sdk-invocation-id", invocation)
    request.headers.append(
      "amz-sdk-request", "attempt=\(number); max=\(policy.maximumAttempts)")
    if left < request.options.timeout { request.options.timeout = max(left, .milliseconds(1)) }
    return request
  }

  private func sign(_ request: inout HTTPRequest, _ operation: Operation) throws(SSOError) {
    guard let credentials = configuration.credentials else {
      throw SSOError(
        .noCredentials, .validation,
        "needs AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        operation: operation.name)
    }
    guard let region = endpoint.region else {
      throw SSOError(
        .invalidRegion, .validation, "needs a region to sign for", operation: operation.name)
    }
    SigV4(credentials: credentials, region: region, service: "sso-oauth")
      .sign(&request, at: clock.now)
  }

  private func send(
    _ request: HTTPRequest, _ operation: Operation, _ input: JSONObject
  ) async throws(SSOError) -> JSONObject {
    let response: HTTPResponse
    guard !request.isHeadTooLarge else {
      throw SSOError(
        .invalidParameter, .validation, "URL and headers would have more than 512 KiB",
        operation: operation.name)
    }
    do {
      response = try await transport.send(request)
    } catch {
      throw SSOError(transport: error, operation: operation, host: endpoint.host)
    }
    guard (200..<300).contains(response.status) else {
      throw ErrorAnswer(
        response, operation: operation, host: endpoint.host,
        secrets: operation.secrets(in: input)
      ).error(now: clock.now)
    }
    return try Answer(
      operation: operation, host: endpoint.host, isLenient: configuration.isLenient
    ).read(response)
  }

  private func wait(_ delay: Duration, _ operation: Operation) async throws(SSOError) {
    do {
      try await clock.sleep(for: delay)
    } catch {
      throw SSOError.cancelled(operation: operation.name, host: endpoint.host)
    }
  }
}
