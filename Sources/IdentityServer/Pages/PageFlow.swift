//  PageFlow.swift - which page follows which request.
//
//  Knows: the paths and their methods, who the browser is, which language it reads.
//  Does not know: sockets, header lists; what each page decides (DevicePages, ConsentPages).

internal import IdentityService

/// Answers browsers.
struct PageFlow: Sendable {
  let host: ServiceHost
  let languages: [Language]
  let key: SessionKey
  let handles: RequestHandles
  let decisions = OwnDecisions()

  init(host: ServiceHost, keys: PageKeys = PageKeys(), languages: [Language] = Language.all) {
    self.host = host
    self.languages = languages
    (key, handles) = (keys.sessions, keys.handles)
  }

  /// The paths that are pages, with the methods that they take.
  static let paths = [
    "/": "GET, HEAD", "/start": "GET, HEAD", "/device": "GET, HEAD, POST",
    "/device/person": "GET, HEAD, POST", "/device/confirm": "GET, HEAD",
    "/device/decision": "POST", "/device/done": "GET, HEAD", "/device/denied": "GET, HEAD",
    "/authorize": "GET, HEAD, POST",
  ]

  func answer(_ request: PageRequest) -> PageReply {
    let cookies = Cookies(request.cookies)
    let known = key.session(in: cookies, of: request.ownOrigin)
    let visit = visit(request, known)
    var reply = answer(visit)
    let chosen = languages.language(tagged: Form(request.query)?["lang"])
    reply.languages = languages
    reply.language = chosen ?? language(cookies, request.acceptLanguage)
    if let chosen { reply.cookies.append(Self.languageCookie(chosen)) }
    // A form without session is refused; that should not look like the start of one.
    if known == nil && request.method == "GET" {
      reply.cookies.append(key.setCookie(visit.session, of: request.ownOrigin))
    }
    return reply
  }

  /// The page in place of an answer whose changes could not be kept (S03, S05).
  func notKept(cookies: String?, acceptLanguage: String?) -> PageReply {
    var reply = PageReply(page: .busy(retryAfter: .seconds(5)), languages: languages)
    reply.language = language(Cookies(cookies), acceptLanguage)
    return reply
  }

  private func language(_ cookies: Cookies, _ header: String?) -> Language {
    languages.language(tagged: cookies["ssoscript_lang"]) ?? languages.preferred(by: header)
      ?? .english
  }

  private func answer(_ visit: PageVisit) -> PageReply {
    switch (visit.request.path, visit.request.method) {
    case ("/", "GET"), ("/start", "GET"): PageReply(page: .start, address: "/start")
    case ("/device", "GET"): opened(visit)
    case ("/device", "POST"): typed(visit)
    case ("/device/person", "GET"): asked(visit)
    case ("/device/person", "POST"): chosen(visit)
    case ("/device/confirm", "GET"): compared(visit)
    case ("/device/decision", "POST"): decided(visit)
    case ("/device/done", "GET"), ("/device/denied", "GET"): ended(visit)
    case ("/authorize", "GET"): authorizing(visit)
    case ("/authorize", "POST"): authorized(visit)
    default: PageReply(page: .methodNotAllowed, allow: Self.paths[visit.request.path])
    }
  }

  private func visit(_ request: PageRequest, _ known: BrowserSession?) -> PageVisit {
    let session = known ?? key.newSession()
    let people = host.people
    let chosen = people.first { $0.name == session.person }
    return PageVisit(
      request: request, session: session, isKnown: known != nil,
      person: people.count == 1 ? people.first : chosen, hasOthers: people.count > 1)
  }

  /// Kept for a year: which language somebody reads seldom changes.
  private static func languageCookie(_ language: Language) -> String {
    "ssoscript_lang=\(language.tag); Path=/; Max-Age=31536000; HttpOnly; SameSite=Lax"
  }
}

// MARK: - Who signs in

extension PageFlow {
  /// The people to choose from, asked for by link.
  private func asked(_ visit: PageVisit) -> PageReply {
    guard let form = Form(visit.request.query), let goal = VisitGoal(form) else {
      return PageReply(page: .unreadable)
    }
    let text = form["find"] ?? ""
    let search = text.isEmpty ? "" : "&find=" + percentEncoded(text)
    return whoSignsIn(visit, goal, address: goal.personLocation + search, finding: text)
  }

  /// The people to choose from, before the page at `address`.
  func whoSignsIn(
    _ visit: PageVisit, _ goal: VisitGoal, address: String, finding text: String = ""
  ) -> PageReply {
    let people = host.people
    guard !people.isEmpty else { return PageReply(page: .nobody) }
    let token = key.formToken(visit.session, for: .choosePerson)
    return PageReply(
      page: .person(people, finding: text, goal: goal, formToken: token), address: address)
  }

  /// The choice; the session remembers it.
  private func chosen(_ visit: PageVisit) -> PageReply {
    guard visit.isFromOwnSite else { return PageReply(page: .crossSite) }
    guard let form = visit.form, let goal = VisitGoal(form),
      let person = host.people.first(where: { $0.name == form["person"] })
    else { return PageReply(page: .unreadable) }
    guard visit.isKnown,
      key.isFormToken(form["form_token"], visit.session, for: .choosePerson)
    else { return PageReply(page: .sessionLost) }
    var session = visit.session
    session.person = person.name
    var reply = PageReply(page: .goOn(to: goal.location), location: goal.location)
    reply.cookies = [key.setCookie(session, of: visit.request.ownOrigin)]
    return reply
  }
}
