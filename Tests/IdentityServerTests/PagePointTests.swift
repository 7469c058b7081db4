//  PagePointTests.swift - points 1 to 12 of the page's checklist, by number: what a person does.

#if Server
  import IdentityService
  import StrictJSON
  import Testing

  @testable import IdentityServer

  @Suite struct `The page, points 1 to 12` {
    @Test func `P01 one labelled field that phones and password managers understand`() throws {
      var visit = Visit()
      let tree = try visit.get("/device").tree
      let fields = tree.all("input").filter { $0["type"] != "hidden" }
      let field = try #require(fields.first)

      #expect(fields.count == 1)
      #expect(tree.first("label")?["for"] == field["id"] && tree.first("label")?.text == "Code")
      #expect(
        field.attributes.filter { $0.key.hasPrefix("auto") || $0.key.hasPrefix("spell") } == [
          "autocapitalize": "characters", "autocorrect": "off", "autocomplete": "one-time-code",
          "autofocus": "", "spellcheck": "false",
        ])
      #expect(field["inputmode"] == "text" && field["maxlength"] == nil)
    }

    @Test(
      arguments: [
        { $0.lowercased() }, { $0.replacing("-", with: "") }, { $0.replacing("-", with: " – ") },
        { $0.map(String.init).joined(separator: " ") }, { "the code is \($0), please" },
        { String(String.UnicodeScalarView($0.unicodeScalars.map(fullWidth))) },
      ] as [@Sendable (String) -> String])
    func `P02 a code is understood however it is typed`(spelling: @Sendable (String) -> String) {
      var visit = Visit()
      let code = visit.startedCode()

      let reply = visit.press(visit.get("/device"), ["user_code": spelling(code)])

      #expect(reply.page.template == .person)
    }

    @Test func `P03 foreign letters get a hint and cost little`() throws {
      var visit = Visit()
      let entry = visit.get("/device")
      let replies = (0..<26).map { _ in visit.press(entry, ["user_code": "HELLO-42"]) }

      #expect(replies.prefix(25).allSatisfy { $0.status == 400 } && replies[25].status == 429)
      #expect(try replies[0].tree.all(class: "problem").first?.text.contains("no vowels") == true)
    }

    @Test(arguments: PageState.all())
    func `P04 nothing needs a script`(state: PageState) throws {
      let tree = try state.reply.tree
      let attributes = tree.descendants.flatMap { $0.attributes }

      #expect(tree.all("script").isEmpty && tree.all("iframe").isEmpty)
      #expect(!attributes.contains { $0.key.hasPrefix("on") || $0.key == "style" })
      #expect(!attributes.contains { $0.value.lowercased().hasPrefix("javascript:") })
      for form in tree.all("form") {
        #expect(["get", "post"].contains(form["method"]) && form["action"]?.hasPrefix("/") == true)
        #expect(form.all("button").allSatisfy { $0["type"] == "submit" })
      }
    }

    @Test(arguments: [
      "GET /device?user_code=CODE", "HEAD /device?user_code=CODE",
      "GET /device?user_code=CODE&decision=approve", "GET /device/decision?user_code=CODE",
      "HEAD /device/decision", "GET /device/done?request=00", "HEAD /authorize?client_id=x",
    ])
    func `P05 R8628-12 asking decides nothing, nor does looking ahead`(line: String) async throws {
      try await withServer { server in
        let waiting = try await Waiting(at: server)
        let parts = line.replacing("CODE", with: waiting.userCode).split(separator: " ")

        let reply = await server.send(
          String(parts[0]), String(parts[1]),
          headers: ["Purpose: prefetch", "Sec-Purpose: prefetch;prerender"])

        #expect([303, 400, 403, 405].contains(reply.status))
        #expect(try await waiting.poll() == "authorization_pending")
      }
    }

    @Test func `P06 the complete link leads straight to the code, to be compared`() throws {
      var visit = Visit()
      _ = visit.confirmPage(visit.startedCode())
      let code = visit.startedCode()

      let tree = try visit.get("/device", query: "user_code=\(code)").tree

      #expect(tree.first("h1")?.text == "Does your terminal show exactly this code?")
      #expect(tree.all(class: "code").first?.text == code)
    }

    @Test(arguments: ["confirm", "consent"])
    func `P07 S24 refusing weighs as much as agreeing, and nothing is chosen yet`(
      name: String
    ) throws {
      let state = try #require(PageState.all().first { $0.name == name })
      let tree = try state.reply.tree
      let reachable = tree.first("main")?.descendants.filter {
        ["a", "button"].contains($0.name) || $0.name == "input" && $0["type"] != "hidden"
      }

      #expect(reachable?.prefix(2).map(\.text) == ["Deny", "Approve"])
      #expect(reachable?.prefix(2).compactMap { $0["class"] } == ["no", "yes"])
      #expect(tree.descendants.filter { $0["autofocus"] != nil }.map(\.name) == ["h1"])
      #expect(tree.first("h1")?["tabindex"] == "-1")
    }

    @Test func `P08 denying takes one step and reaches the terminal`() {
      var visit = Visit()
      let flow = visit.start()
      let confirm = visit.confirmPage(flow["userCode"]?.asString ?? "")

      let denied = visit.press(confirm, ["decision": "deny"])

      #expect(denied.status == 200 && denied.page.title == .denied)
      #expect(visit.poll(flow) == "access_denied")
    }

    @Test(arguments: [PageText.warning, .consentWarning])
    func `P09 the warning is short`(text: PageText) {
      for language in [Language.english, .german] {
        #expect(language.text(text).split(separator: " ").count <= 25)
      }
    }

    @Test(arguments: ["confirm", "consent"])
    func `P09 the warning stands before the buttons`(name: String) throws {
      let state = try #require(PageState.all().first { $0.name == name })
      let order = try state.reply.tree.descendants.filter {
        $0["class"] == "warning" || $0.name == "button"
      }

      #expect(order.map(\.name) == ["p", "button", "button"])
    }

    @Test(arguments: HostileName.all)
    func `P10 S23 a hostile name is shown as a person should see it`(name: HostileName) {
      let shown = presentable(name.text)

      #expect((shown.isEmpty ? "(no name)" : shown) == name.shown)
      #expect(shown.unicodeScalars.count <= 64)
    }

    @Test(arguments: HostileName.all.filter { $0.isRegistrable })
    func `P10 S21 S23 a hostile name stays text in every state`(name: HostileName) throws {
      for state in PageState.all(clientName: name.text) {
        let tree = try state.reply.tree
        #expect(tree.all("script").isEmpty && tree.all("img").isEmpty, "\(state)")
        guard state.name == "confirm" || state.name == "consent" else { continue }
        let shown = try #require(tree.first("dd"))
        #expect(shown.first("bdi")?.text == name.shown, "\(state)")
        #expect(shown.text.contains("not verified"))
      }
    }

    @Test(arguments: [
      ("аws-cli", true), ("Βank", true), ("aws-cli", false), ("Москва 1", false), ("日本 CLI", false),
    ])
    func `P10 S23 a name of mixed alphabets gets a second warning`(name: String, mixed: Bool) throws
    {
      var visit = Visit(clientName: name)

      let text = try visit.confirmPage(visit.startedCode()).tree.first("dd")?.text ?? ""

      #expect(text.contains("mixes alphabets") == mixed && text.contains("not verified"))
    }

    @Test(arguments: [
      ("127.0.0.1", "this computer"), ("::1", "this computer"), ("203.0.113.7", "203.0.113.7"),
      ("", "an unknown place"), ("::ffff:127.0.0.1", "this computer"),
    ])
    func `P11 says when, from where and by which software it was asked for`(
      address: String, place: String
    ) throws {
      let visit = Visit()
      let found = visit.host.lookUp(
        visit.startedCode(), by: Visitor(session: "", address: "127.0.0.1"))
      guard case .found(var request) = found else { throw HTMLError(description: "not found") }
      request.requester = Requester(address: address, userAgent: "aws-cli/2.36.7 md/x")
      request.age = .seconds(130)
      let person = try #require(Directory.example.people.first)

      let page = Page.confirm(request, as: person, otherPerson: nil, formToken: "")

      let text = try PageReply(page: page).tree.text
      #expect(text.contains("2 minutes ago, from \(place) by aws-cli/2.36.7"))
    }

    @Test func `P12 the session is a strict cookie that scripts cannot read`() async throws {
      try await withServer { server in
        let cookie = await server.send("GET", "/device").headers["set-cookie"] ?? ""

        #expect(cookie.hasPrefix("ssoscript_session_\(server.port)="))
        #expect(cookie.contains("; SameSite=Strict") && cookie.contains("; HttpOnly"))
      }
    }

    @Test func `services beside each other leave each other's sessions alone`() async throws {
      try await withServer { first in
        try await withServer { second in
          func cookie(_ server: TestServer, _ known: [String] = []) async -> String? {
            let headers = known.isEmpty ? [] : ["Cookie: " + known.joined(separator: "; ")]
            let set = await server.send("GET", "/device", headers: headers).headers["set-cookie"]
            return set.map { String($0.prefix { $0 != ";" }) }
          }
          let own = try #require(await cookie(first))
          let other = try #require(await cookie(second, [own]))

          #expect(own.prefix { $0 != "=" } != other.prefix { $0 != "=" })
          #expect(await cookie(first, [own, other]) == nil)
          #expect(await cookie(second, [own, other]) == nil)
        }
      }
    }

    @Test(arguments: [
      ("http://127.0.0.1:8087", "ssoscript_session_8087"),
      ("http://localhost", "ssoscript_session"),
      ("http://[::1]:8087", "ssoscript_session_8087"), ("http://[::1]", "ssoscript_session"),
      ("https://localhost:8443", "__Host-ssoscript_session_8443"),
    ])
    func `the session's cookie is of one port, and with TLS for TLS only`(
      origin: String, name: String
    ) {
      let key = PageKeys().sessions
      let session = key.newSession()

      let cookie = key.setCookie(session, of: origin)

      #expect(cookie.hasPrefix(name + "=") && cookie.hasSuffix("; Secure") == (name.first == "_"))
      #expect(key.session(in: Cookies(String(cookie.prefix { $0 != ";" })), of: origin) == session)
    }
  }

  private func fullWidth(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    Unicode.Scalar(scalar.value + 0xFEE0) ?? scalar
  }

  /// A name that a program may choose to deceive, and what a person should see of it.
  struct HostileName: Sendable, CustomStringConvertible {
    let text: String
    let shown: String
    /// Whether the rules take it; some are refused before they reach a page.
    var isRegistrable = true
    var description: String { shown }

    static let all = [
      Self(text: "<script>alert('1')</script>&\"", shown: "<script>alert('1')</script>&\""),
      Self(text: "\"\u{301} autofocus x=\"<\u{338}b>", shown: "\"\u{301} autofocus x=\"≮b>"),
      Self(text: "{{t.deny}} {{{hidden}}} {{> end}}", shown: "{{t.deny}} {{{hidden}}} {{> end}}"),
      Self(text: "\u{202E}ssorcsotua\u{202C}", shown: "ssorcsotua"),
      Self(text: "aws\u{200B}\u{200D}\u{FEFF}\u{3164}-cli", shown: "aws-cli"),
      Self(text: "ａｗｓ－ｃｌｉ", shown: "aws-cli"), Self(text: "𝐀𝐖𝐒 𝘊𝘓𝘐", shown: "AWS CLI"),
      Self(text: "a \u{2003} b\u{A0}\u{2800}", shown: "a b"),
      Self(text: "z" + String(repeating: "\u{335}", count: 50), shown: "z\u{335}\u{335}"),
      Self(text: String(repeating: "V", count: 64), shown: String(repeating: "V", count: 64)),
      Self(
        text: String(repeating: "W", count: 200), shown: String(repeating: "W", count: 63) + "…"),
      Self(text: "\u{200B}", shown: "(no name)"), Self(text: "محطة 1", shown: "محطة 1"),
      Self(text: "a\r\n\t\u{2028}  b\u{0}\u{7F}", shown: "a b", isRegistrable: false),
      Self(
        text: String(repeating: "W", count: 1 << 20),
        shown: String(repeating: "W", count: 63) + "…", isRegistrable: false),
    ]
  }
#endif
