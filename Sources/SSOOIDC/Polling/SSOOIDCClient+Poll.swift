//  SSOOIDCClient+Poll.swift - asks until there is a token: the shell around DevicePoll.

extension SSOOIDCClient {
  /// Asks for the token until the person has answered or the code has ended.
  ///
  /// Waits by the world's monotonic clock, never less than the interval. Each poll is one request.
  ///
  /// - Parameters:
  ///   - registration: The client.
  ///   - authorization: The login to wait for.
  /// - Returns: The token.
  /// - Throws: ``SSOError``: ``SSOError/Code/accessDenied``, ``SSOError/Code/expiredToken``, the
  ///   last failure of an outage, ``SSOError/Code/cancelled`` when the task is.
  public func pollForToken(
    _ registration: RegisterClientResponse, _ authorization: StartDeviceAuthorizationResponse
  ) async throws(SSOError) -> CreateTokenResponse {
    try await pollForToken(
      .deviceCode(authorization.deviceCode, client: registration),
      DevicePoll(interval: authorization.interval, lifetime: authorization.expiresIn)
    ) { _, _ in }
  }

  /// Asks as `poll` decides; `onPoll` hears how long the code lives and how long the next pause is.
  func pollForToken(
    _ request: CreateTokenRequest, _ poll: DevicePoll,
    onPoll: (_ left: Duration, _ pause: Duration) async -> Void
  ) async throws(SSOError) -> CreateTokenResponse {
    let members = request.members
    let start = service.clock.monotonic
    var poll = poll
    var action = poll.first
    while case .askAfter(let pause) = action {
      await onPoll(poll.lifetime - (service.clock.monotonic - start), pause)
      try await sleep(pause)
      do throws(SSOError) {
        return CreateTokenResponse(
          try await service.call(.createToken, members, retry: .never))
      } catch {
        action = poll.refused(error, elapsed: service.clock.monotonic - start)
      }
    }
    guard case .fail(let error) = action else {
      throw SSOError.cancelled(operation: "CreateToken", host: service.endpoint.host)
    }
    throw error
  }

  private func sleep(_ pause: Duration) async throws(SSOError) {
    do {
      try await service.clock.sleep(for: pause)
    } catch {
      throw SSOError.cancelled(operation: "CreateToken", host: service.endpoint.host)
    }
  }
}
