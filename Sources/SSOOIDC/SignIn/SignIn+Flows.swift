//  SignIn+Flows.swift - which way a person signs in, and with which client.
//
//  Knows: when the browser of this machine will do, and when a registration has to be made anew.

extension SignIn {
  /// What a session is registered for when nobody configured scopes: with it tokens can be renewed.
  static let defaultScopes = ["sso:account:access"]

  /// Lets a person sign in.
  func logIn() async throws(SSOError) -> Grant {
    if let flow = options.flow, let obstacle = client.service.judge?.obstacle(to: flow) {
      throw obstacle
    }
    switch options.flow {
    case .device: return try await deviceLogin()
    case .authorizationCode: return try await codeLogin(mayFallBack: false)
    case nil: return try await automaticLogin()
    }
  }

  /// The browser of this machine where there is one that can come back, else a code for any browser.
  private func automaticLogin() async throws(SSOError) -> Grant {
    if options.pastes { return try await codeLogin(mayFallBack: false) }
    guard options.opensBrowser, target.mayUseBrowser else { return try await deviceLogin() }
    let refusal = client.service.judge?.obstacle(to: .authorizationCode)?.message
    if let obstacle = refusal ?? doors.browserObstacle() {
      doors.say("signing in by a code: \(obstacle)")
      return try await deviceLogin()
    }
    do throws(SSOError) {
      return try await codeLogin(mayFallBack: true)
    } catch {
      guard error.code == .noCallback else { throw error }
      doors.say("signing in by a code: \(error.message)")
      return try await deviceLogin()
    }
  }

  // MARK: The client

  /// Runs `body` with a registration; if a cached one turns out to be unknown to the service, once
  /// more with a new one (H31, H32).
  func withRegistration<Value>(
    _ flow: SignInFlow, _ body: (CachedRegistration) async throws(SSOError) -> Value
  ) async throws(SSOError) -> (value: Value, registration: CachedRegistration) {
    if let cached = await cache.registration(for: target, flow: flow, at: now) {
      do throws(SSOError) {
        return (try await body(cached), cached)
      } catch {
        guard error.code == .invalidClient else { throw error }
        await cache.forgetRegistration(of: target)
      }
    }
    let new = try await register(for: flow)
    return (try await body(new), new)
  }

  /// Characters of a name that services take.
  private static let longestClientName = 256

  private func register(for flow: SignInFlow) async throws(SSOError) -> CachedRegistration {
    let isPlain = target.sessionName == nil && flow == .device
    let scopes = target.scopes ?? (isPlain ? nil : Self.defaultScopes)
    let name = target.sessionName.map { "ssoscript-\($0)" } ?? "ssoscript"
    var request = RegisterClientRequest(
      clientName: String(name.prefix(Self.longestClientName)), scopes: scopes)
    if flow == .authorizationCode {
      request.grantTypes = [.authorizationCode, .refreshToken]
      request.redirectURIs = ["http://127.0.0.1\(CallbackFilter.path)"]
      request.issuerURL = target.startURL
    }
    let registration = CachedRegistration(
      try await client.registerClient(request), flow: flow, scopes: scopes, now: now)
    await cache.keep(registration, for: target)
    return registration
  }

  /// Passes on what `body` gives; a registration that the service has forgotten goes.
  func forgettingUnknownClient<Value>(
    _ body: () async throws(SSOError) -> Value
  ) async throws(SSOError) -> Value {
    do throws(SSOError) {
      return try await body()
    } catch {
      if error.code == .invalidClient { await cache.forgetRegistration(of: target) }
      throw error
    }
  }
}
