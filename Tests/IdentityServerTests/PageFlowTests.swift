//  PageFlowTests.swift - which page follows which request, and what a browser may decide.

#if Server
  import IdentityService
  import StrictJSON
  import Testing

  @testable import IdentityServer

  @Suite struct `The page` {
    @Test func `a decision is to be seen at its own address alone`() {
      var visit = Visit()
      let denied = visit.press(visit.confirmPage(visit.startedCode()), ["decision": "deny"])
      let parts = denied.address.split(separator: "?").map(String.init)
      #expect(parts.first == "/device/denied" && parts.count == 2)
      #expect(visit.get("/device/denied", query: parts[1]).status == 200)
      #expect(visit.get("/device/done", query: parts[1]).status == 403)
    }

    @Test(arguments: [("alice", 200), ("bob", 409)])
    func `R8628-36 an approval is shown to who has given it, and to nobody else`(
      person: String, status: Int
    ) {
      var visit = Visit()
      let code = visit.startedCode()
      let choice = visit.get("/device", query: "user_code=\(code)")
      let confirm = visit.press(choice, ["person": person])
      _ = visit.host.decide(userCode: code, .approve, as: "alice")

      let reply = visit.press(confirm, ["decision": "approve"])

      #expect(reply.status == status)
      #expect(reply.page.title == (status == 200 ? .approved : .alreadyApproved))
    }

    @Test(arguments: PageState.all())
    func `has a status for each state`(state: PageState) {
      #expect(state.reply.status == state.status)
    }

    @Test func `approves in three steps`() throws {
      var visit = Visit()
      let flow = visit.start()
      let code = flow["userCode"]?.asString ?? ""

      let entry = visit.get("/device")
      let person = visit.press(entry, ["user_code": code.lowercased()])
      let confirm = visit.press(person, ["person": "bob"])
      let done = visit.press(confirm, ["decision": "approve"])

      #expect([entry, person, confirm, done].map(\.status) == [200, 200, 200, 200])
      #expect(confirm.html.contains(code))
      #expect(done.page.title == .approved)
      #expect(visit.poll(flow) == "token")
    }

    @Test func `does not ask who signs in where there is one person only`() {
      let alone = Directory(people: Array(Directory.example.people.prefix(1)), accounts: [])
      var visit = Visit(directory: alone)
      let flow = visit.start()

      let confirm = visit.get("/device", query: "user_code=\(flow["userCode"]?.asString ?? "")")
      let done = visit.press(confirm, ["decision": "approve"])

      #expect(confirm.page.title == .compareCode && !confirm.html.contains("/device/person"))
      #expect(done.page.title == .approved && visit.poll(flow) == "token")
    }

    @Test func `remembers who signs in, and lets that be changed`() throws {
      var visit = Visit()
      let first = visit.confirmPage(visit.startedCode(), as: "bob")
      let second = visit.get("/device", query: "user_code=\(visit.startedCode())")

      let link = try #require(try second.tree.all("a").first { $0.text.contains("someone else") })
      let parts = try #require(link["href"]).split(separator: "?")
      let choice = visit.get(String(parts[0]), query: String(parts[1]))
      let third = visit.press(choice, ["person": "alice"])

      #expect(first.html.contains("Bob Example") && second.html.contains("Bob Example"))
      #expect(third.page.title == .compareCode && third.html.contains("Alice Example"))
    }

    @Test func `S17 a form decides as the person that it showed`() {
      var visit = Visit()
      let flow = visit.start()
      let confirm = visit.confirmPage(flow["userCode"]?.asString ?? "", as: "bob")

      let forged = visit.press(confirm, ["decision": "approve", "person": "alice"])

      #expect(forged.status == 403)
      #expect(visit.poll(flow) == "authorization_pending")
    }

    @Test(
      arguments: [
        ("http://evil.example", "cross-site"), ("http://evil.example", nil), ("null", nil),
        ("http://127.0.0.1:9999", nil), (nil, "cross-site"), (nil, "same-site"), (nil, "none"),
        ("null", "cross-site"), ("http://127.0.0.1:8087", "cross-site"),
      ] as [(String?, String?)])
    func `S16 a form from another site decides nothing`(origin: String?, fetchSite: String?) {
      var visit = Visit()
      let flow = visit.start()
      let confirm = visit.confirmPage(flow["userCode"]?.asString ?? "")
      let consent = visit.consentPage()

      for page in [confirm, consent] {
        let forged = visit.press(
          page, ["decision": "approve"], origin: origin, fetchSite: fetchSite)
        #expect(forged.status == 403 && forged.location == nil)
      }
      #expect(visit.poll(flow) == "authorization_pending")
    }

    @Test func `S16 a browser that hides its origin is believed when it names our site`() {
      var visit = Visit()
      let flow = visit.start()
      let confirm = visit.confirmPage(flow["userCode"]?.asString ?? "")

      let done = visit.press(
        confirm, ["decision": "approve"], origin: "null", fetchSite: "same-origin")

      #expect(done.page.title == .approved)
    }

    @Test func `S16 S17 a form token is good for its session and its code only`() {
      var visit = Visit()
      let flow = visit.start()
      let other = visit.startedCode()
      let confirm = visit.confirmPage(flow["userCode"]?.asString ?? "")
      let own = visit.cookies
      func status(_ fields: [String: String], _ cookies: [String: String]) -> Int {
        visit.cookies = cookies
        return visit.press(confirm, fields.merging(["decision": "approve"]) { $1 }).status
      }
      visit.cookies = [:]
      _ = visit.get("/device")
      let foreign = visit.cookies

      #expect(status(["user_code": other], own) == 403)
      #expect(status([:], foreign) == 403)
      #expect(status([:], [:]) == 403)
      #expect(status(["form_token": ""], own) == 403)
      #expect(status([:], ["ssoscript_session_8087": "invented.0000.00"]) == 403)
      #expect(visit.poll(flow) == "authorization_pending")
      #expect(status([:], own.merging(["a": "b", "c": "d"]) { $1 }) == 200)
    }

    @Test func `R8628-26 R8628-27 S15 guessing by links ends in a wait`() {
      var visit = Visit()
      let code = visit.startedCode()
      _ = visit.get("/device")

      for _ in 0..<5 { #expect(visit.get("/device", query: "user_code=BBBBBBBB").status == 404) }
      let blocked = visit.get("/device", query: "user_code=\(code)")

      #expect(blocked.status == 429)
      #expect(blocked.page.retryAfter == .seconds(600))
      #expect(!blocked.html.contains(code))
    }

    @Test func `a page may not expire a code, and unknown methods get a list`() {
      var visit = Visit()
      let confirm = visit.confirmPage(visit.startedCode())

      let expire = visit.press(confirm, ["decision": "expire"])
      let put = visit.browse("PUT", "/device")

      #expect(expire.status == 400)
      #expect(put.status == 405 && put.allow == "GET, HEAD, POST")
    }

    @Test func `R8628-21 a decision that comes too late is told so, and decides nothing`() {
      var visit = Visit()
      let flow = visit.start()
      let confirm = visit.confirmPage(flow["userCode"]?.asString ?? "")
      _ = visit.host.clock.advance(by: .seconds(600))

      let late = visit.press(confirm, ["decision": "approve"])

      #expect(late.status == 410 && late.page.title == .codeExpired)
      #expect(visit.poll(flow) == "expired_token")
    }

    @Test func `R8628-29 shows who asks, from where and since when`() throws {
      var visit = Visit()
      let code = visit.startedCode()
      _ = visit.host.clock.advance(by: .seconds(42))

      let text = try #require(try visit.confirmPage(code).tree.first("dl")).text

      #expect(text.contains("42 seconds ago, from this computer by aws-cli/2.36.7"))
      #expect(text.contains("Program laptop name chosen by the program, not verified"))
    }
  }

  @Suite struct `The language of a page` {
    @Test(
      arguments: [
        (nil, "en"), ("", "en"), ("de", "de"), ("DE-at", "de"), ("fr", "en"), ("fr, ja", "ja"),
        ("fr, de;q=0.8, ja;q=0.9", "ja"), ("de, ja", "de"), ("ja;q=0.5, de;q=0.5", "ja"),
        ("en;q=0.1,de; q=0.7", "de"), ("de;q=0", "en"), ("ja;q=x, de;q=0.1", "de"),
        (String(repeating: "fr,", count: 19) + "de", "de"),
        (String(repeating: "fr,", count: 20) + "de", "en"),
      ] as [(String?, String)])
    func `is the one that the browser likes best`(header: String?, tag: String) {
      var visit = Visit()
      visit.acceptLanguage = header

      #expect(visit.get("/device").language.tag == tag)
    }

    @Test func `is the chosen one from then on, whatever the browser likes`() {
      var visit = Visit()
      visit.acceptLanguage = "de"

      let chosen = visit.get("/device", query: "lang=ja")
      let unknown = visit.get("/device", query: "lang=xx")

      #expect(chosen.language.tag == "ja" && unknown.language.tag == "ja")
      #expect(unknown.html.contains("<html lang=\"ja\""))
    }

    @Test func `is told in a header, too`() async throws {
      try await withServer { server in
        let page = await server.send("GET", "/device?lang=de")

        #expect(page.headers["content-language"] == "de")
      }
    }

    @Test func `is changed again and again where a program asks for consent`() {
      var visit = Visit()
      _ = visit.consentPage()

      let german = visit.get("/authorize", query: visit.authorizeQuery + "&lang=de")
      let address = german.address(in: .japanese).split(separator: "?", maxSplits: 1)
      let japanese = visit.get(String(address[0]), query: String(address[1]))

      #expect(german.language.tag == "de" && german.page.title == .allowAccess)
      #expect(japanese.language.tag == "ja" && japanese.page.title == .allowAccess)
      #expect(!japanese.address.contains("lang="))
    }
  }

  @Suite struct `What a program wants` {
    private func shown(
      _ scopes: [String], age: Duration = .zero, email: String = ""
    ) throws -> HTMLElement {
      let visit = Visit()
      let found = visit.host.lookUp(
        visit.startedCode(), by: Visitor(session: "", address: "127.0.0.1"))
      guard case .found(var request) = found else { throw HTMLError(description: "not found") }
      (request.scopes, request.age) = (scopes, age)
      let person = Person(name: "zoe", displayName: "", email: email, roles: [:])
      let page = Page.confirm(request, as: person, otherPerson: nil, formToken: "")
      return try #require(try PageReply(page: page).tree.first("dl"))
    }

    @Test func `is said once, however many scopes mean it`() throws {
      let wishes = try shown(["openid", "email", "x", "profile", "x"]).all("dd")[1].all("p")

      #expect(wishes.map(\.text) == ["know who you are", "x"])
    }

    @Test func `is said in ten lines at most`() throws {
      let wishes = try shown((0..<30).map { "scope\($0)" }).all("dd")[1].all("p")

      #expect(wishes.map(\.text) == (0..<10).map { "scope\($0)" })
    }

    @Test(arguments: [(1999, "just now, from"), (2000, "2 seconds ago, from")])
    func `was asked for just now, or some time ago`(age: Int, words: String) throws {
      #expect(try shown([], age: .milliseconds(age)).text.contains(words))
    }

    @Test(arguments: ["", "zoe@a.example"])
    func `is for a person who may have no other name and no address`(email: String) throws {
      let person = try shown([], email: email).all("dd")[2]

      #expect(person.first("bdi")?.text == "zoe")
      #expect(person.all("p").map(\.text) == (email.isEmpty ? [] : [email]))
    }
  }

  @Suite struct `The consent page` {
    @Test func `R6749-20 sends the browser back only after a person agreed`() throws {
      var visit = Visit()
      let consent = visit.consentPage()

      let approved = visit.press(consent, ["decision": "approve"])
      let denied = visit.press(visit.consentPage(), ["decision": "deny"])

      #expect(consent.location == nil && consent.page.title == .allowAccess)
      let location = try #require(approved.location)
      #expect(location.hasPrefix(Visit.redirectURI + "?code="))
      #expect(location.hasSuffix("&state=a%2Bb%20c"))
      #expect(denied.location?.hasPrefix(Visit.redirectURI + "?error=access_denied") == true)
      #expect(!approved.html.contains("code="))
    }

    @Test func `R6749-20 a form is good for the query that it was shown for`() {
      var visit = Visit()
      let consent = visit.consentPage()

      let other = visit.press(
        consent, ["decision": "approve", "query": visit.authorizeQuery + "&x=y"])

      #expect(other.status == 403 && other.location == nil)
    }

    @Test(arguments: [
      "https://evil.example/", "//evil.example", "\\evil.example", "http://127.0.0.1:1@evil/",
      "http://127.0.0.1/oauth/callback%0d%0aX: y", "javascript:alert(1)",
    ])
    func `S20 S22 R6749-23 does not follow an address that was not registered`(address: String) {
      var visit = Visit()
      let query = visit.authorizeQuery.split(separator: "&").map {
        $0.hasPrefix("redirect_uri=") ? "redirect_uri=" + percentEncoded(address) : String($0)
      }

      let reply = visit.consentPage(query.joined(separator: "&"))

      #expect(reply.status == 400 && reply.location == nil)
      #expect(!reply.html.contains("evil"))
    }

    @Test(arguments: ["a\r\nX: y", "a b", "ä"])
    func `S20 S22 who signs in leads to our own pages only`(query: String) {
      var visit = Visit()
      let choice = visit.get("/authorize", query: visit.authorizeQuery)

      let reply = visit.press(choice, ["person": "alice", "authorize": query])

      #expect(reply.status == 400 && reply.location == nil)
    }

    @Test func `R6749-22 what the query brought is escaped`() throws {
      var visit = Visit()
      let query = visit.authorizeQuery + "&x=\"><script>'\u{301}"

      let reply = visit.consentPage(query)

      #expect(try reply.tree.all("script").isEmpty)
    }

    @Test(arguments: [
      ("http://127.0.0.1:49152/cb", "http://127.0.0.1:49152"), ("http://[::1]:1/cb", "http:"),
      ("https://app.example/cb?x=1", "https://app.example"),
      ("com.example.app://cb", "com.example.app:"), ("com.example.app:/cb", "com.example.app:"),
      ("http:/a.example", "http:"), ("HTTPS://app.example?x=1", "https://app.example"),
      ("https://app.example#x", "https://app.example"),
      ("http://a;b/", "http:"),
    ])
    func `lets its form lead to the program`(uri: String, source: String) {
      #expect(contentSource(of: uri) == source)
    }
  }
#endif
