//  PageFlow.swift - which page follows which request.
//
//  Knows: GET decides nothing (R8628-12), who may post a decision (S16), and the order of checks.
//  Does not know: sockets, header lists, the rules behind a decision (IdentityService).

internal import IdentityService

/// A browser's request, as far as the pages look at it.
struct PageRequest: Sendable {
  let method: String
  let path: String
  let query: String
  let body: [UInt8]
  let cookies: String?
  let origin: String?
  /// `Sec-Fetch-Site`: how the browser itself sees it.
  let fetchSite: String?
  /// Scheme, host and port that the browser used.
  let ownOrigin: String
  let address: String
}

/// A page with the headers that depend on the visit.
struct PageReply: Sendable {
  let page: Page
  var setCookie: String?
  /// Where the browser goes on; the page is then for those that do not go by themselves.
  var location: String?
  var allow: String?
}

/// Answers browsers.
struct PageFlow: Sendable {
  let host: ServiceHost
  private let key = SessionKey()
  private let handles = RequestHandles()

  init(host: ServiceHost) { self.host = host }

  func answer(_ request: PageRequest) -> PageReply {
    let known = key.session(inCookies: request.cookies)
    let session = known ?? key.newSession()
    var reply: PageReply
    switch (request.path, request.method) {
    case ("/", "GET"), ("/start", "GET"): return PageReply(page: .start)
    case ("/device", "GET"): reply = opened(request, session)
    case ("/device/confirm", "GET"): reply = PageReply(page: compared(request, session))
    case ("/device", "POST"): reply = typed(request, known)
    case ("/device/decision", "POST"): reply = PageReply(page: decided(request, known))
    case ("/device/decision", _): reply = PageReply(page: .methodNotAllowed, allow: "POST")
    case ("/device", _): reply = PageReply(page: .methodNotAllowed, allow: "GET, HEAD, POST")
    default: reply = PageReply(page: .methodNotAllowed, allow: "GET, HEAD")
    }
    if known == nil && request.method == "GET" { reply.setCookie = session.setCookie }
    return reply
  }
}

extension PageFlow {
  /// The entry page, or the request behind `?user_code=`.
  private func opened(_ request: PageRequest, _ session: BrowserSession) -> PageReply {
    guard let form = Form(request.query) else { return PageReply(page: .unreadable) }
    guard let typed = form["user_code"], !typed.isEmpty else {
      return PageReply(page: .entry(formToken: key.formToken(session, userCode: "")))
    }
    return found(typed, request.address, session)
  }

  /// The request behind a handle, to compare and decide.
  private func compared(_ request: PageRequest, _ session: BrowserSession) -> Page {
    guard let code = Form(request.query)?["request"].flatMap({ handles.userCode(behind: $0) })
    else {
      return .sessionLost
    }
    return page(behind: code, request.address, session)
  }

  /// Sends the browser on to an address without the code, or says what is wrong with it.
  private func found(
    _ typed: String, _ address: String, _ session: BrowserSession
  ) -> PageReply {
    let page = page(behind: typed, address, session)
    guard page.status == 200, let code = UserCode(typed: typed),
      let handle = handles.handle(for: code.display)
    else { return PageReply(page: page) }
    let location = "/device/confirm?request=" + handle
    return PageReply(page: .goOn(to: location), location: location)
  }

  /// What the entry page's form sent.
  private func typed(_ request: PageRequest, _ session: BrowserSession?) -> PageReply {
    guard isOwnSite(request) else { return PageReply(page: .crossSite) }
    guard let form = Form(String(decoding: request.body, as: UTF8.self)) else {
      return PageReply(page: .unreadable)
    }
    guard let session, key.isFormToken(form["form_token"] ?? "", session, userCode: "") else {
      return PageReply(page: .sessionLost)
    }
    guard let typed = form["user_code"], !typed.isEmpty else {
      let formToken = key.formToken(session, userCode: "")
      return PageReply(page: .entry(problem: .empty, formToken: formToken))
    }
    return found(typed, request.address, session)
  }

  /// What the confirm page's buttons sent.
  ///
  /// The form token is bound to the code, so that only a session that was shown the request, within
  /// the guess limits, can decide about it.
  private func decided(_ request: PageRequest, _ session: BrowserSession?) -> Page {
    guard isOwnSite(request) else { return .crossSite }
    guard let form = Form(String(decoding: request.body, as: UTF8.self)),
      let code = form["user_code"], let verdict = form["decision"].flatMap(Verdict.init),
      verdict != .expire
    else { return .unreadable }
    guard let session, key.isFormToken(form["form_token"] ?? "", session, userCode: code) else {
      return .sessionLost
    }
    switch host.decide(userCode: code, verdict) {
    case .done(let verification): return .decided(verification)
    case .conflict(let verification): return .conflict(verification)
    case .unknown, .unknownPerson: return entry(.unknown, typed: code, session)
    case .expired: return entry(.expired, typed: code, session)
    }
  }

  private func page(
    behind typed: String, _ address: String, _ session: BrowserSession
  ) -> Page {
    switch host.lookUp(typed, by: Visitor(session: session.id, address: address)) {
    case .found(let request) where request.standing == .pending:
      let token = key.formToken(session, userCode: request.userCode.display)
      return .confirm(request, formToken: token)
    case .found(let request): return .conflict(request)
    case .malformed:
      let hasForeignLetters = UserCode.hasForeignLetters(typed)
      return entry(.malformed(hasForeignLetters: hasForeignLetters), typed: typed, session)
    case .unknown: return entry(.unknown, typed: typed, session)
    case .expired: return entry(.expired, typed: typed, session)
    case .tooManyTries(let wait): return .tooManyTries(wait: wait)
    }
  }

  /// The field again, with what was typed: its first 200 characters, more is no code.
  private func entry(
    _ problem: EntryProblem, typed: String, _ session: BrowserSession
  ) -> Page {
    .entry(
      typed: String(typed.prefix(200)), problem: problem,
      formToken: key.formToken(session, userCode: ""))
  }

  /// Whether the browser says that the form came from our own page, by each header that it sends.
  private func isOwnSite(_ request: PageRequest) -> Bool {
    let originFits = request.origin.map { $0 == request.ownOrigin } ?? true
    let siteFits = request.fetchSite.map { $0 == "same-origin" } ?? true
    return originFits && siteFits
  }
}
