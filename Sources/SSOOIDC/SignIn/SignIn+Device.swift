//  SignIn+Device.swift - signing in by a code that is confirmed on any device (RFC 8628).

extension SignIn {
  /// Registers if need be, shows the code, and asks until there is an answer.
  func deviceLogin() async throws(SSOError) -> Grant {
    let (authorization, registration) = try await withRegistration(.device) {
      registration async throws(SSOError) in
      try await client.startDeviceAuthorization(
        StartDeviceAuthorizationRequest(
          clientID: registration.clientID, clientSecret: registration.clientSecret,
          startURL: target.startURL))
    }
    try await show(authorization)
    let token = try await forgettingUnknownClient { () async throws(SSOError) in
      try await poll(registration, authorization)
    }
    return (token, registration)
  }

  /// Shows everything before a browser opens: it may come up somewhere else, or not at all.
  private func show(_ authorization: StartDeviceAuthorizationResponse) async throws(SSOError) {
    let code = authorization.userCode
    doors.say("open \(authorization.verificationURI) and enter \(code)")
    if let complete = authorization.verificationURIComplete {
      doors.say("or open \(complete) and check that the page shows \(code)")
    }
    let mayOpen = try await hooks.onVerification(.device(authorization))
    guard mayOpen, options.opensBrowser, doors.browserObstacle() == nil else { return }
    let page = authorization.verificationURIComplete ?? authorization.verificationURI
    if let problem = await doors.openBrowser(page) { doors.say(problem) }
  }

  private func poll(
    _ registration: CachedRegistration, _ authorization: StartDeviceAuthorizationResponse
  ) async throws(SSOError) -> CreateTokenResponse {
    var request = CreateTokenRequest(
      clientID: registration.clientID, clientSecret: registration.clientSecret,
      grantType: .deviceCode)
    request.deviceCode = authorization.deviceCode
    return try await client.pollForToken(
      request,
      DevicePoll(interval: authorization.interval, lifetime: authorization.expiresIn)
    ) { await hooks.onPoll(left: $0, pause: $1) }
  }
}
