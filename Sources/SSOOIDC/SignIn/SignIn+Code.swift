//  SignIn+Code.swift - signing in by a browser that comes back with a code (RFC 8252, PKCE).
//
//  Knows: F20, F22 and N10: the port, who may answer, and that a code is redeemed once.

extension SignIn {
  /// How long a person may take in the browser.
  static let codeLifetime = Duration.seconds(600)
  /// How often a person may bring a wrong address.
  private static let mostPastes = 3

  /// Opens the page, waits for the browser, redeems the code.
  ///
  /// - Parameter mayFallBack: Whether it ends with ``SSOError/Code/noCallback`` when no browser opens,
  ///   instead of waiting for one that the person opens.
  /// - Returns: The token and its client.
  /// - Throws: ``SSOError``.
  func codeLogin(mayFallBack: Bool) async throws(SSOError) -> Grant {
    guard let randomness = doors.randomness else { throw Self.noCallback("no randomness") }
    let ticket = CodeTicket(randomness)
    if options.pastes { return try await pastedLogin(ticket, randomness) }
    let listener = try await listen()
    let result: Result<Grant, SSOError>
    do throws(SSOError) {
      result = .success(try await login(ticket, listener, mayFallBack))
    } catch {
      result = .failure(error)
    }
    listener.close()
    return try result.get()
  }

  private func login(
    _ ticket: CodeTicket, _ listener: any CallbackListener, _ mayFallBack: Bool
  ) async throws(SSOError) -> Grant {
    let redirectURI = "http://127.0.0.1:\(listener.port)\(CallbackFilter.path)"
    let (url, registration) = try await authorizeURL(ticket, redirectURI)
    let mayOpen = try await show(url)
    let (code, request) = try await comingBack(ticket, listener, mayOpen ? url : nil, mayFallBack)
    listener.answerAll(with: .done)
    do throws(SSOError) {
      let token = try await redeem(code, ticket, redirectURI, registration)
      request.answer(.signedIn)
      return (token, registration)
    } catch {
      request.answer(.failed)
      throw error
    }
  }

  // MARK: The way back

  private func listen() async throws(SSOError) -> any CallbackListener {
    guard let door = doors.listener else { throw Self.noCallback("nothing can be listened on") }
    do throws(ListenerError) {
      let listener = try await door.listen(ports: (options.redirectPort.map { [$0] } ?? []) + [0])
      if let wanted = options.redirectPort, wanted != listener.port {
        doors.say("port \(wanted) is taken; the browser comes back to port \(listener.port)")
      }
      return listener
    } catch {
      throw Self.noCallback(error.message)
    }
  }

  private static func noCallback(_ why: String) -> SSOError {
    SSOError(.noCallback, .transport, "no browser can come back here: \(why)")
  }

  /// What a browser brings, and how to answer it.
  private typealias Callback = (code: Secret, request: any CallbackRequest)

  private enum Event {
    case opened(problem: String?)
    case ended(Result<Callback, SSOError>)
  }

  /// Opens a browser and waits for what comes back, beside each other: one that has come back has
  /// opened the page, however its program ends, and is not kept waiting for that.
  ///
  /// Without a `page` the person opens it.
  private func comingBack(
    _ ticket: CodeTicket, _ listener: any CallbackListener, _ page: String?, _ mayFallBack: Bool
  ) async throws(SSOError) -> Callback {
    guard let page else { return try await waitForCode(ticket, listener) }
    let result = await withTaskGroup(of: Event.self) { group -> Result<Callback, SSOError> in
      group.addTask { .opened(problem: await doors.openBrowser(page)) }
      group.addTask { .ended(await callback(ticket, listener)) }
      var problem: String?
      for await event in group {
        switch event {
        case .opened(let words?) where mayFallBack:
          problem = words
          group.cancelAll()
        case .opened(let words): if let words { doors.say(words) }
        case .ended(let result):
          group.cancelAll()
          guard let problem, case .failure(let error) = result, error.kind == .cancelled,
            !Task.isCancelled
          else { return result }
          return .failure(Self.noCallback(problem))
        }
      }
      return .failure(.cancelled(operation: "authorize", host: ""))
    }
    return try result.get()
  }

  private func callback(
    _ ticket: CodeTicket, _ listener: any CallbackListener
  ) async -> Result<Callback, SSOError> {
    do throws(SSOError) { return .success(try await waitForCode(ticket, listener)) } catch {
      return .failure(error)
    }
  }

  private func waitForCode(
    _ ticket: CodeTicket, _ listener: any CallbackListener
  ) async throws(SSOError) -> Callback {
    var filter = CallbackFilter(state: ticket.state)
    let start = client.service.clock.monotonic
    while true {
      let left = Self.codeLifetime - (client.service.clock.monotonic - start)
      guard let request = await next(listener, within: left) else {
        if Task.isCancelled { throw .cancelled(operation: "authorize", host: "") }
        await forgetDoubtfulClient()
        throw Self.overdue(filter)
      }
      switch filter.judge(request.target) {
      case .foreign: request.answer(.foreign)
      case .refused(let error):
        request.answer(error.code == .accessDenied ? .declined : .failed)
        throw error
      case .code(let code):
        if filter.ignored > 0 {
          doors.say("\(filter.ignored) request(s) that were not of this login were ignored")
        }
        return (code, request)
      }
    }
  }

  private func next(
    _ listener: any CallbackListener, within left: Duration
  ) async -> (any CallbackRequest)? {
    let clock = client.service.clock
    return await withTaskGroup(of: (any CallbackRequest)?.self) { group in
      group.addTask { await listener.next() }
      group.addTask {
        try? await clock.sleep(for: left)
        return nil
      }
      let first = await group.next() ?? nil
      group.cancelAll()
      if let first { return first }
      // One that came at the last moment has come.
      return await group.next() ?? nil
    }
  }

  /// A page that does not know the client has nowhere to send the browser: all that is seen here is
  /// that nobody comes.
  private func forgetDoubtfulClient() async { await cache.forgetRegistration(of: target) }

  private static func overdue(_ filter: CallbackFilter) -> SSOError {
    let ignored = filter.ignored > 0 ? " (\(filter.ignored) foreign requests were ignored)" : ""
    return SSOError(
      .expiredToken, .service,
      "no browser came back within \(codeLifetime.components.seconds) s\(ignored)",
      operation: "authorize")
  }

  // MARK: The page

  private func authorizeURL(
    _ ticket: CodeTicket, _ redirectURI: String
  ) async throws(SSOError) -> (value: String, registration: CachedRegistration) {
    try await client.service.judge?.authorize(target)
    return try await withRegistration(.authorizationCode) { registration async throws(SSOError) in
      ticket.authorizeURL(
        client.service.endpoint, clientID: registration.clientID, redirectURI: redirectURI,
        scopes: target.scopes ?? Self.defaultScopes)
    }
  }

  /// Shows the address before a browser opens: it may come up somewhere else, or not at all.
  ///
  /// - Returns: Whether one may open.
  private func show(_ url: String) async throws(SSOError) -> Bool {
    doors.say("open \(url)")
    let mayOpen = try await hooks.onVerification(.browser(authorizeURL: url))
    return mayOpen && options.opensBrowser
  }

  // MARK: The code

  /// Sent once: a code cannot be spent twice (N10).
  private func redeem(
    _ code: Secret, _ ticket: CodeTicket, _ redirectURI: String,
    _ registration: CachedRegistration
  ) async throws(SSOError) -> CreateTokenResponse {
    var request = CreateTokenRequest(
      clientID: registration.clientID, clientSecret: registration.clientSecret,
      grantType: .authorizationCode)
    request.code = code
    request.codeVerifier = ticket.verifier
    request.redirectURI = redirectURI
    return try await forgettingUnknownClient { () async throws(SSOError) in
      try await client.createToken(request)
    }
  }

  /// The browser runs elsewhere and cannot come back; the person brings its last address.
  private func pastedLogin(
    _ ticket: CodeTicket, _ randomness: any WorldRandomness
  ) async throws(SSOError) -> Grant {
    let port = options.redirectPort ?? Self.somePort(randomness)
    let redirectURI = "http://127.0.0.1:\(port)\(CallbackFilter.path)"
    let (url, registration) = try await authorizeURL(ticket, redirectURI)
    doors.say("open \(url)")
    _ = try await hooks.onVerification(.browser(authorizeURL: url))
    let code = try await pastedCode(ticket)
    return (try await redeem(code, ticket, redirectURI, registration), registration)
  }

  private func pastedCode(_ ticket: CodeTicket) async throws(SSOError) -> Secret {
    var filter = CallbackFilter(state: ticket.state)
    for _ in 1...Self.mostPastes {
      guard
        let text = await doors.paste(
          "address of the page that cannot be reached, http://127.0.0.1…: ")
      else { break }
      switch filter.judge(pasted: text) {
      case .code(let code): return code
      case .refused(let error): throw error
      case .foreign: doors.say("that is not the address this login ends at; copy all of it")
      }
    }
    await forgetDoubtfulClient()
    throw SSOError(
      .noCallback, .transport, "nobody brought the address that the browser ended at",
      operation: "authorize")
  }

  /// Nobody listens there; one of the ports that no service has.
  private static func somePort(_ randomness: any WorldRandomness) -> Int {
    let bytes = randomness.bytes(2)
    return 49_152 + (Int(bytes[0]) << 8 | Int(bytes[1])) % 16_384
  }
}
